// Package syntax tags words and finds their dependencies: UPOS, XPOS (Penn),
// heads and relations with subtypes, in the scheme of UD English EWT (UD v2).
//
// In order, for each sentence:
//
//  1. each word becomes six embeddings: of its folded form, and hashed ones of
//     the form, its last three and two and its first three letters, and its
//     shape;
//  2. two bidirectional LSTM layers read the sentence; the tags are decided on
//     the first (hard parameter sharing at the lower layer: Søgaard and
//     Goldberg 2016), trees on the second;
//  3. a biaffine form scores every pair of words as head and dependent (Dozat
//     and Manning 2017); the best projective tree with exactly one root is
//     found exactly (Eisner 1996);
//  4. a small network names each arc of that tree.
//
// Sentences of similar length run in lockstep. All matrix products are on
// integers (package quant), so every kernel gives the same tags and trees, and
// a sentence gets the same tree alone and among others. The weights are
// models/syntax/weights.bin; package fit trains them.
//
// What it does not do: non-projective trees, enhanced dependencies, lemmas,
// words inside multi-word tokens, languages other than English. A sentence of
// more than 150 words is parsed in pieces that end, where possible, after
// a mark; the roots of later pieces depend on the first as parataxis.
package syntax
