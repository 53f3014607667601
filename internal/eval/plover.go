package eval

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
	"github.com/readout-news/readout/internal/pipeline"
)

// ploverToday gives the type that a type of the draft behind the PLOVER gold
// records has in PLOVER 2.0.
var ploverToday = map[string]string{"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}

// ploverCount counts records: gold, answered, right, and right somewhere in the
// sentence.
type ploverCount struct{ gold, given, right, anywhere int }

func (c *ploverCount) add(o *ploverCount) {
	c.gold += o.gold
	c.given += o.given
	c.right += o.right
	c.anywhere += o.anywhere
}

func (c *ploverCount) line(name string) string {
	return fmt.Sprintf("  %-10s accuracy %5.1f (%d/%d)  answered %3d  type in the sentence %5.1f\n",
		name, percent(c.right, c.gold), c.right, c.gold, c.given, percent(c.anywhere, c.gold))
}

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// spanCount counts gold actors and those an argument overlaps, arguments given
// and those that overlap a gold actor.
type spanCount struct{ gold, found, given, right int }

func (c *spanCount) line(name string) string {
	p, r := percent(c.right, c.given), percent(c.found, c.gold)
	f := 0.0
	if p+r > 0 {
		f = 2 * p * r / (p + r)
	}
	return fmt.Sprintf("  %-10s P %5.1f (%d/%d)  R %5.1f (%d/%d)  F %5.1f\n", name, p, c.right, c.given, r, c.found, c.gold, f)
}

// scorePlover: accuracy is the share of gold records to which the program's
// answer is the gold type. The answer to a record is the type of one event: of
// those whose trigger overlaps the words marked as the event (of all events of
// the sentence when none does), the one that stands highest in the tree, the
// first of equals; types that PLOVER has not are no answer, and no answer is
// wrong. Rules and lexicons are written on the records of even number; the odd
// ones are held out. Actors are scored on the answer's arguments, right type or
// not: an argument and a gold actor match when their spans overlap.
func scorePlover(b *strings.Builder, p *pipeline.Reader, plain *event.Plover, path string) error {
	records, err := corpus.ReadPlover(path)
	if err != nil {
		return err
	}
	by := map[string]*ploverCount{}
	var half [2]ploverCount
	var actors [2][2]spanCount // by half; source, target
	for n, r := range records {
		want := cmp.Or(ploverToday[r.Event], r.Event)
		doc := readText(p, r.ID, r.Text)
		c := ploverCount{gold: 1}
		if e := ploverAnswer(doc, &r, plain); e != nil {
			c.given = 1
			if plain.Type(e) == want {
				c.right = 1
			}
			source, target := ploverActors(e)
			actors[n%2][0].count(r.Source, source)
			actors[n%2][1].count(r.Target, target)
		} else {
			actors[n%2][0].gold += len(r.Source)
			actors[n%2][1].gold += len(r.Target)
		}
		for i := range doc.Events {
			if plain.Type(&doc.Events[i]) == want {
				c.anywhere = 1
			}
		}
		if by[want] == nil {
			by[want] = &ploverCount{}
		}
		by[want].add(&c)
		half[n%2].add(&c)
	}
	fmt.Fprintf(b, "PLOVER gold records, raw sentences, types as in plain PLOVER\n")
	for _, t := range slices.Sorted(maps.Keys(by)) {
		b.WriteString(by[t].line(t))
	}
	all := half[0]
	all.add(&half[1])
	b.WriteString(all.line("all"))
	b.WriteString(half[0].line("even: dev"))
	b.WriteString(half[1].line("odd: held"))
	for h, name := range []string{"even: dev", "odd: held"} {
		fmt.Fprintf(b, " actors, %s\n", name)
		b.WriteString(actors[h][0].line("source"))
		b.WriteString(actors[h][1].line("target"))
	}
	return nil
}

// ploverAnswer is the event that answers a record, or nil.
func ploverAnswer(doc *nlp.Doc, r *corpus.PloverRecord, plain *event.Plover) *nlp.EventMention {
	var best *nlp.EventMention
	rank := func(e *nlp.EventMention) (marked, depth int) {
		if !slices.ContainsFunc(r.Trigger, e.Trigger.Overlaps) {
			marked = 1
		}
		for t := e.Token; doc.Tokens[t].Head != nlp.None && depth < 100; depth++ {
			t = doc.Tokens[t].Head
		}
		return marked, depth
	}
	for i := range doc.Events {
		e := &doc.Events[i]
		if t := plain.Type(e); t == "" {
			continue
		}
		if best == nil {
			best = e
			continue
		}
		m, d := rank(e)
		bm, bd := rank(best)
		if m < bm || m == bm && d < bd {
			best = e
		}
	}
	return best
}

// ploverActors lists the spans of who does e and of to or with whom it is done.
// Participants of a contact are both, as compound actors are in the records.
func ploverActors(e *nlp.EventMention) (source, target []readout.Span) {
	for _, a := range e.Args {
		switch a.Role {
		case "agent", "host", "mediator":
			source = append(source, a.Span)
		case "patient", "recipient":
			target = append(target, a.Span)
		case "participant":
			source, target = append(source, a.Span), append(target, a.Span)
		}
	}
	return source, target
}

func (c *spanCount) count(gold, given []readout.Span) {
	c.gold += len(gold)
	c.given += len(given)
	for _, g := range gold {
		if slices.ContainsFunc(given, g.Overlaps) {
			c.found++
		}
	}
	for _, x := range given {
		if slices.ContainsFunc(gold, x.Overlaps) {
			c.right++
		}
	}
}
