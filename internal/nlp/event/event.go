// Package event finds event mentions: the word that names something that
// happened (or is to happen), its type, who took part, when, where, for how
// long, and whether it took place.
//
// In order, for every sentence:
//
//  1. trigger: each word is looked up by lemma and word class in
//     lexicons/en/events/triggers.tsv; the first row whose frame (conditions
//     on its dependents and its governor) holds names type and mode;
//  2. carrier: for a noun, the verb that carries it ("held talks", "the call
//     lasted", "a meeting is planned") by support.tsv;
//  3. arguments: dependents, the subject of the carrier, subjects shared
//     through control, coordination and relative clauses, each with the role
//     that roles.tsv gives it;
//  4. time, place, duration: expressions attached to the trigger, to its
//     carrier or to a clause that holds in the same time, never across a
//     reported clause and never from a verb of saying;
//  5. status: occurred, planned, reported, hypothetical or denied, from tense,
//     modals, adverbs, adjectives and governing verbs by status.tsv;
//  6. order: "after the call", "ahead of the talks" relate two mentions;
//  7. what speech acts tell of: "announced talks", "said in an interview that
//     they would meet".
//
// In: tokens, sentences, syntax (UD v2), lemmas, names, time expressions,
// attributions, chains. Out: Doc.Events, sorted by trigger. Types are those of
// PLOVER (Open Event Data Alliance) and our extension; plover.tsv maps them.
//
// It does not decide which mentions tell of one event (internal/link/event),
// makes STATEMENT events only of speech acts that are events of their own
// (announcement, press conference, speech, interview, post, statement issued;
// what was only said is an attribution), and reads nothing into nouns that have
// neither a carrier nor a named participant.
package event

import (
	"cmp"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

const (
	name    = "event"
	version = "7"
)

// New loads the lexicon of events and returns the annotator.
func New() (*nlp.Annotator, error) {
	lex, err := load(lexicons.FS, "en/events")
	if err != nil {
		return nil, err
	}
	return &nlp.Annotator{
		Name:    name,
		Doc:     "event mentions with type, arguments, time, place, duration and status",
		Version: version,
		Requires: []nlp.Layer{
			nlp.LayerTokens, nlp.LayerSentences, nlp.LayerSyntax, nlp.LayerLemmas,
			nlp.LayerNames, nlp.LayerTimexes, nlp.LayerAttributions, nlp.LayerChains,
		},
		Provides: []nlp.Layer{nlp.LayerEvents},
		Run:      func(doc *nlp.Doc) { run(doc, lex) },
	}, nil
}

func run(doc *nlp.Doc, lex *lexicon) {
	g := newGraph(repaired(doc, lex), lex)
	var found []nlp.EventMention
	for s := range doc.Sentences {
		sent := &doc.Sentences[s]
		if sent.Noise != "" && !readable(sent.Noise) {
			continue
		}
		for t := sent.First; t < sent.Last; t++ {
			if e, ok := readTrigger(g, lex, t); ok {
				found = append(found, e)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b nlp.EventMention) int {
		return cmp.Or(a.Trigger.Compare(b.Trigger), cmp.Compare(a.Token, b.Token))
	})
	found = separated(g, withoutRepeats(g, found))
	order(g, found)
	tells(g, found)
	doc.Events = found
}

// withoutRepeats drops a noun whose verb names the same event already: in
// "imposed sanctions on Karvany" the verb is the trigger. found is sorted.
func withoutRepeats(g *graph, found []nlp.EventMention) []nlp.EventMention {
	types := map[int]string{}
	for i := range found {
		types[found[i].Token] = found[i].Type
	}
	// "are to meet for a round of talks": the noun says more than the verb.
	carried := map[int]bool{}
	for i := range found {
		e := &found[i]
		if c := carrierOf(g, g.lex, e.Token, e.Nominal); e.Nominal && !e.Definite && c.class == carryLight && c.slot == "prep.for" && types[c.verb] == e.Type {
			carried[c.verb] = true
		}
	}
	return slices.DeleteFunc(found, func(e nlp.EventMention) bool {
		if carried[e.Token] {
			return true
		}
		h := g.doc.Tokens[g.coordinationTop(e.Token)].Head
		rel := g.doc.Tokens[g.coordinationTop(e.Token)].Deprel
		if h == nlp.None {
			return false
		}
		if !e.Nominal {
			// "stop attacking": the halt is the event.
			return rel == "xcomp" && types[h] == "RETREAT" && e.Type == "ASSAULT"
		}
		if types[h] == "RETREAT" && e.Type == "ASSAULT" && rel == "obj" {
			return true // "halted the shelling"
		}
		return types[h] == e.Type && !e.Definite && nlp.HasRel(rel, "obj", "nsubj:pass")
	})
}

// readable reports whether furniture of this kind is written by the newsroom
// about the same matter, so that an event named there is one of the report's.
func readable(noise string) bool {
	return noise == "heading" || noise == "caption" || noise == "title"
}

// readTrigger reads the event that token t names, if it names one.
func readTrigger(g *graph, lex *lexicon, t int) (nlp.EventMention, bool) {
	row := lex.match(g, t)
	if row == nil || row.typ == typeNone {
		return nlp.EventMention{}, false
	}
	doc := g.doc
	tok := &doc.Tokens[t]
	c := carrierOf(g, lex, t, row.pos == 'N')
	e := nlp.EventMention{
		Token: t, Sent: tok.Sent, Type: row.typ, Mode: row.mode,
		Time: nlp.None, Place: nlp.None, Duration: nlp.None, Attribution: attributionOf(doc, tok.Span),
		Nominal: row.pos == 'N',
		By:      readout.By{Annotator: name, Version: version, Rule: "event/" + row.rule},
	}
	if e.Type == typeStatement && e.Nominal && g.uttered(&e, c) {
		c.class = carryLight // "said in a statement"
	}
	if e.Type == "CONSULT" && (e.Mode == "" || e.Mode == "talks") && c.class == carryLight && g.byPhone(c.verb) {
		e.Mode = "phone" // "held talks by phone"
	}
	e.Trigger = triggerSpan(g, t, e.Nominal)
	first, last := doc.Subtree(t)
	e.Span = doc.TokenSpan(first, last)
	if e.Nominal {
		// "the third round of talks": article and number stand on "round".
		e.Definite = g.definite(t) || g.definite(c.noun) || row.anaphor && g.pointing(t)
		e.Plural = (g.plural(t) && !row.pluralOne) || g.counted(lex, t) ||
			c.noun != t && g.timex(c.noun) == nlp.None && (g.plural(c.noun) || g.counted(lex, c.noun)) // "13 rounds of talks"
		if e.Ordinal = g.ordinal(lex, t); e.Ordinal == "" {
			e.Ordinal = g.ordinal(lex, c.noun)
		}
		if g.identifies(t) {
			e.Definite, e.Ordinal = true, "" // "It was the second call this month" is the one spoken of
		}
	} else {
		e.Plural = g.repeated(lex, t)
		if g.again(t) {
			e.Ordinal = "another" // "agreed to speak again": not the one told of
		}
		for _, k := range g.Kids[t] {
			if nlp.HasRel(doc.Tokens[k].Deprel, "advmod") && k < t && doc.Lower(k) == "last" && g.timex(k) == nlp.None {
				e.Ordinal = "previous" // "they last spoke in May"
			}
			if nlp.HasRel(doc.Tokens[k].Deprel, "advmod") && k < t && doc.Lower(k) == "also" && e.Ordinal == "" && e.Type == "CONSULT" && !lex.lists["topicverb"][g.Lemma(t)] {
				e.Ordinal = "other" // "they also met in Orrin"
			}
		}
	}
	e.Args = arguments(g, lex, &e, c)
	when(g, &e, c)
	status(g, lex, &e, c)
	if p := g.nameless(&e); p != "" {
		e.Attributes[AttrPartners] = p
	}
	if row.negative && e.Negated {
		e.Negated, e.Status = false, readout.Occurred // "did not comment" is the event
	}
	if row.weak && !e.Definite && c.class == "" && len(c.clauses) == 0 && !hasNamedArgument(&e) && !(e.Mode == "talks" && g.frames(t)) {
		return nlp.EventMention{}, false
	}
	return e, true
}

// uttered reports whether the verb that a speech act stands at is what its
// speaker does in it: by the list, as the cue of an attribution, or, in
// interviews, speeches and before the press, any verb of a person.
func (g *graph) uttered(e *nlp.EventMention, c carrier) bool {
	if c.verb == nlp.None {
		return false
	}
	if g.lex.uttered[c.slot+" "+g.Lemma(c.verb)] {
		return true
	}
	if c.class != "" || c.prep != "in" && c.prep != "during" && c.prep != "at" || g.doc.Tokens[c.verb].UPOS != "VERB" {
		return false
	}
	if g.sayingVerb(c.verb) {
		return true
	}
	s, passive := g.subject(c.verb)
	return (e.Mode == "interview" || e.Mode == "press" || e.Mode == "speech") && s != nlp.None && !passive && g.inClass(g.lex, s, "@person")
}

// byPhone reports whether verb v has a telephone as its medium.
func (g *graph) byPhone(v int) bool {
	return slices.ContainsFunc(g.Kids[v], func(k int) bool {
		p := g.caseOf(k)
		return nlp.HasRel(g.doc.Tokens[k].Deprel, "obl") && g.lex.lists["phone"][g.Lemma(k)] && (p == "by" || p == "over" || p == "via" || p == "on")
	})
}

// frames reports whether noun t says in what something happened: "during talks",
// "amid negotiations on the port".
func (g *graph) frames(t int) bool {
	switch g.caseOf(t) {
	case "during", "amid", "amidst", "after", "following":
		return true
	}
	return false
}

// nameless is what the report calls those participants of contact e that it
// does not name ("Maren's lawyers"), "" when there are none of the kind of which
// a party to a contact can be.
func (g *graph) nameless(e *nlp.EventMention) string {
	if e.Type != "CONSULT" || e.Plural {
		return ""
	}
	var out []string
	for _, a := range e.Args {
		if a.Role != "participant" || a.Span.Len() > longestPartner {
			continue
		}
		if a.Mention != nlp.None {
			m := &g.doc.Mentions[a.Mention]
			if c := g.chain(a.Mention); m.Form != readout.FormNominal || c != nil && (c.Name != "" || len(c.Members) > 0) {
				continue
			}
		}
		first, last := g.doc.TokensIn(a.Span)
		for t := first; t < last; t++ {
			h := g.doc.Tokens[t].Head
			if (h < first || h >= last) && g.lex.lists["partner"][g.Lemma(t)] {
				out = append(out, g.doc.Text(a.Span))
				break
			}
		}
	}
	return strings.Join(out, ", ")
}

// longestPartner is how long (bytes) a phrase may be that says who a party
// without a name is.
const longestPartner = 80

// hasNamedArgument reports whether a participant of e is a mention.
func hasNamedArgument(e *nlp.EventMention) bool {
	return slices.ContainsFunc(e.Args, func(a nlp.Argument) bool { return a.Mention != nlp.None && a.Role != roleTopic })
}

// attributionOf returns the innermost attribution whose content holds s.
func attributionOf(doc *nlp.Doc, s readout.Span) int {
	best := nlp.None
	for i := range doc.Attributions {
		a := &doc.Attributions[i]
		if !slices.ContainsFunc(a.Content, func(c readout.Span) bool { return c.Contains(s) }) {
			continue
		}
		if best == nlp.None || a.Span().Len() < doc.Attributions[best].Span().Len() {
			best = i
		}
	}
	return best
}

// triggerSpan covers a noun with the words that specify it ("phone call",
// "peace talks") or a verb with its particle.
func triggerSpan(g *graph, t int, nominal bool) readout.Span {
	doc := g.doc
	span := doc.Tokens[t].Span
	for k := t; nominal && strings.Contains(doc.Tokens[t].Lemma, "-") && k >= 2 && doc.Word(k-1) == "-" && doc.Tokens[k-1].Start == doc.Tokens[k-2].End; k -= 2 {
		span.Start = doc.Tokens[k-2].Start // "sit-down", in pieces
	}
	for _, k := range g.Kids[t] {
		switch {
		case nominal && k < t && nlp.HasRel(doc.Tokens[k].Deprel, "compound") && g.mention(k) == nlp.None && doc.Tokens[k].UPOS == "NOUN":
			if g.contiguous(k, t) && (k == 0 || doc.Word(k-1) != "-") && doc.Word(k+1) != "-" {
				span.Start = min(span.Start, doc.Tokens[k].Start)
			}
		case !nominal && k == t+1 && doc.Tokens[k].Deprel == "compound:prt":
			span.End = doc.Tokens[k].End
		}
	}
	return span
}
