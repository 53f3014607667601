// Package crf is a first-order linear-chain conditional random field over
// sparse binary features (Lafferty, McCallum and Pereira 2001).
//
// What it does, in order: the caller names each property of a token with a
// 64-bit hash (Builder); Set collects labelled sequences; Train fits one
// weight per feature and label and one per pair of neighbouring labels by
// stochastic gradient with AdaGrad steps and feature dropout; the weights
// are pruned, rounded to a fixed step and written by Encode; Load reads them
// back and Decode gives the best label sequence with a confidence per token.
//
// Scores are sums of integers and confidences are computed with additions and
// multiplications alone, so that equal features give equal labels and equal
// confidences on every machine. Training is single-threaded and seeded: equal
// data gives equal bytes on one kind of machine.
//
// Labels that start with "I-" are allowed only after "B-" or "I-" of the same
// type (BIO); labels of other shapes are free.
//
// It knows nothing of words: features are made by the caller. There are no
// real-valued features, no second order and no semi-Markov segments.
package crf
