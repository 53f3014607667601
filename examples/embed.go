// Package examples carries the sample reports, so that a program without its
// sources can show them. All states, people and outlets in them are invented.
package examples

import "embed"

// Lake holds the folder lake-ansa: reports and their manifest.
//
//go:embed lake-ansa
var Lake embed.FS
