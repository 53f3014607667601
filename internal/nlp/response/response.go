// Package response finds answers: where a party confirms, denies, does
// neither, declines to comment, does not answer, cannot be reached, or
// acknowledges.
//
// Three ways lead to one, tried in this order:
//
//  1. frames: a verb, adjective or noun with conditions on its tree
//     (lexicons/en/responses/frames.tsv), among them rows that say that the
//     word is no answer there ("confirmed the nominee", "denied bail");
//  2. openings: a quotation that is an answer without subject or verb
//     ("Better not say", opens.tsv);
//  3. accounts: an official side tells a meeting or call of its own as a fact.
//     The participant's own account and an official's word on how long it
//     lasted or that it ended confirm it; an official's opinion of it, or its
//     mention while it lasts, acknowledges it.
//
// In: tokens, sentences, syntax (UD v2), lemmas, names, time expressions,
// attributions, chains, events. Out: Doc.Responses, sorted by Span.
//
// It does not say that anything is true: "refuted" is recorded as a denial,
// "confirmed" as what a party did. It leaves out what is asked, wished or
// feared ("if confirmed", "may deny"), the senses of courts, parliaments and
// clinics, and what newsrooms say of their own checking. Accounts are read
// for CONSULT events alone: of an act of one side, such as a strike, telling
// is no answer.
package response

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

const (
	name    = "response"
	version = "2"
)

// New loads the lexicon of answers and returns the annotator. k says which
// offices and bodies speak for a state.
func New(k *kb.KB) (*nlp.Annotator, error) {
	lex, err := load(lexicons.FS, "en/responses")
	if err != nil {
		return nil, err
	}
	return &nlp.Annotator{
		Name:    name,
		Doc:     "answers: confirmations, denials, refusals to comment, silence",
		Version: version,
		Requires: []nlp.Layer{
			nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax, nlp.LayerLemmas, nlp.LayerNames,
			nlp.LayerTimexes, nlp.LayerAttributions, nlp.LayerChains, nlp.LayerEvents,
		},
		Provides: []nlp.Layer{nlp.LayerResponses},
		Run:      func(doc *nlp.Doc) { run(doc, lex, k) },
	}, nil
}

func run(doc *nlp.Doc, lex *lexicon, k *kb.KB) {
	g := newTree(doc, lex, k)
	var out []nlp.Response
	for s := range doc.Sentences {
		sent := &doc.Sentences[s]
		if sent.Noise != "" && !readable(sent.Noise) {
			continue
		}
		for t := sent.First; t < sent.Last; t++ {
			if f, deep, ok := lex.match(g, t); ok && f.kind != kindNone {
				out = append(out, g.fromFrame(f, t, deep)...)
			}
		}
	}
	out = append(out, g.openings()...)
	out = append(out, g.accounts()...)
	slices.SortStableFunc(out, func(a, b nlp.Response) int {
		return cmp.Or(a.Span.Compare(b.Span), a.Cue.Compare(b.Cue), a.Who.Compare(b.Who))
	})
	doc.Responses = distinct(out)
}

// readable reports whether furniture of this kind is written by the newsroom
// about the same matter.
func readable(noise string) bool {
	return noise == "heading" || noise == "caption" || noise == "title"
}

// distinct drops a response inside another's cue or of the same cue and party:
// "gave no comment" answers once. rs is sorted.
func distinct(rs []nlp.Response) []nlp.Response {
	var out []nlp.Response
	for i := range rs {
		r := &rs[i]
		if slices.ContainsFunc(out, func(o nlp.Response) bool {
			return o.Cue.Overlaps(r.Cue) && (o.By != r.By || o.Who == r.Who || o.Party == r.Party && r.Party != nlp.None)
		}) {
			continue
		}
		out = append(out, *r)
	}
	return out
}

// fromFrame makes the responses of the cue at t: one for each party.
func (g *tree) fromFrame(f *frame, t, deep int) []nlp.Response {
	doc := g.doc
	who := nlp.None
	speaker := false
	for _, p := range f.party {
		if p.speaker {
			speaker = true
			break
		}
		if who = g.slotOf(p, t, deep); who != nlp.None {
			break
		}
	}
	r := nlp.Response{
		Kind: f.kind, Cue: g.cueSpan(t, deep), To: nlp.None, Party: nlp.None,
		AboutEvent: nlp.None, AboutSaid: nlp.None, Time: nlp.None,
		Attribution: g.voicedBy(t),
		By:          readout.By{Annotator: name, Version: version, Rule: "response/" + f.rule},
	}
	parties := []party{{chain: nlp.None}}
	switch {
	case speaker:
		if parties = g.speakerOf(r.Attribution); !g.speaks(r.Attribution) {
			return nil // "One of the reasons is that the claim is false"
		}
	case who != nlp.None && g.firstPerson(who):
		parties = g.speakerOf(r.Attribution)
		for i := range parties {
			if parties[i].chain == nlp.None {
				parties[i].chain = g.chainOf(who)
			}
		}
	case who != nlp.None && g.chainOf(who) == nlp.None && g.isSelf(who):
		// "said it would not comment": who says it.
		parties = g.speakerOf(g.contentOf(who))
	case who != nlp.None && g.insideOf(who, t) != nlp.None:
		// "said owners would be paid, but did not elaborate": who said it.
		parties = g.speakerOf(g.insideOf(who, t))
	case who != nlp.None && g.Rel(t, "advcl") && g.Child(t, "nsubj") == nlp.None && g.contentOf(who) != g.contentOf(t):
		return nil // "alleging that Ered broke the law, calling it baseless"
	case who != nlp.None:
		parties = g.parties(who)
		if a := r.Attribution; len(parties) == 1 && parties[0].chain == nlp.None && a != nlp.None && doc.Attributions[a].Cue.Contains(doc.Tokens[t].Span) && doc.Attributions[a].Source.Overlaps(parties[0].span) {
			parties[0].chain = doc.Attributions[a].Speaker
		}
	case !f.agentless:
		return nil
	}
	r.Span = g.clause(t, who)
	about := nlp.None
	own := false
	relative := false
	for _, p := range f.about {
		own = own || p.own
		relative = p.rel == slotRelObj
		if about = g.slotOf(p, t, deep); about != nlp.None {
			break
		}
	}
	switch {
	case about == nlp.None || g.empty(about):
	case relative:
		r.About = g.phraseAlone(about)
	default:
		r.About = g.without(g.phrase(about), about, who)
	}
	g.complete(&r, t, deep, about)
	var out []nlp.Response
	for _, p := range parties {
		x := r
		x.Party, x.Who = p.chain, p.span
		if own && x.About.Empty() {
			x.AboutSaid = g.saidBefore(t, x.Party)
		}
		if x.To == x.Party {
			x.To = nlp.None
		}
		out = append(out, x)
	}
	return out
}
