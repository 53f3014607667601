// Package corpus reads the gold corpora that models are trained on and scored
// against. Training and evaluation are its only users; the product never
// imports it. Offsets in the files are Unicode code points; readers turn them
// into bytes at once.
package corpus
