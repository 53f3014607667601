// Package quote finds attributions: who said what. For each it gives the
// source, the cue and the content as byte spans, says whether the content is
// direct, mixed or indirect speech, and records the addressee, the medium,
// negation, whether the words were uttered at all, which attribution contains
// it and through which one it reaches us.
//
// What it does, in order:
//
//  1. pairs the quotation marks of each paragraph (marks.go), also when they
//     are doubled, misplaced, missing or carried over paragraphs;
//  2. tags every token as part of a source, a cue, a content or none by a
//     linear-chain CRF over the whole report, on words, parts of speech, word
//     clusters, quotation state and the dependency tree (features.go);
//  3. links each source and content to a cue by a ranking perceptron
//     (linker.go) and repairs what it found by rules: shared sources, subjects
//     left out, strays, coordinated clauses (repair.go, pieces.go);
//  4. adds by dependency rules and the lexicon of reporting verbs what the
//     model does not mark: attributions inside the content of others, orders,
//     refusals and descriptions, quotations whose cue stands elsewhere
//     (rules.go, frames.go, around.go, free.go, signed.go);
//  5. keeps, unless Options.All is set, what is reported speech and drops
//     stance and belief; then reads kind, addressee, medium, negation, nesting
//     and relay (keep.go, assemble.go).
//
// An attribution that only hands on another's words ("according to X", "X
// quoted her as saying", "told X that") has a source and a cue, no content and
// no CueToken; the one that it hands on points to it by Relay.
//
// It reads tokens, sentences, syntax, lemmas and names and provides
// attributions. The scheme of source, cue and content is that of PARC 3.0
// (Pareti, 2016) and PolNeAR (Newell, Margolin and Ruths, LREC 2018), on whose
// training part the models are fitted; nesting, relay and utterance are ours.
//
// It does not say who a source is (coref does), does not resolve dates, and
// does not read noise other than titles and headings.
package quote
