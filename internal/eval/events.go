package eval

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/internal/nlp/event"
	"github.com/readout-news/readout/internal/pipeline"
)

// wikiEventsType gives the types of ours that are right for a type of
// WikiEvents; types without a counterpart are left out.
func wikiEventsType(t string) []string {
	switch {
	case strings.HasPrefix(t, "Contact.Contact.Meet"):
		return []string{"CONSULT"}
	case strings.HasPrefix(t, "Conflict.Attack"), strings.HasPrefix(t, "Life.Die"), strings.HasPrefix(t, "Life.Injure"):
		return []string{"ASSAULT"}
	case strings.HasPrefix(t, "Conflict.Demonstrate"):
		return []string{"PROTEST"}
	case strings.HasPrefix(t, "Justice.ArrestJailDetain"):
		return []string{"COERCE"}
	case strings.HasPrefix(t, "Justice.InvestigateCrime"), strings.HasPrefix(t, "Justice.ChargeIndict"):
		return []string{"ACCUSE"}
	case strings.HasPrefix(t, "Justice.ReleaseParole"), strings.HasPrefix(t, "Personnel.EndPosition"):
		return []string{"RETREAT"}
	case strings.HasPrefix(t, "Contact.RequestCommand"):
		return []string{"REQUEST", "COMMIT"}
	case strings.HasPrefix(t, "Contact.ThreatenCoerce"):
		return []string{"THREATEN"}
	}
	return nil
}

// readText annotates one text.
func readText(r *pipeline.Reader, id, text string) *nlp.Doc {
	return r.Annotate(&readout.Report{ID: id, Text: text, Language: "en"})
}

// scoreEvents measures event mentions (types on the PLOVER gold records and
// triggers on WikiEvents dev) from raw text.
func scoreEvents(data string) (string, error) {
	p, err := pipeline.New()
	if err != nil {
		return "", err
	}
	plain, err := event.LoadPlover()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := scorePlover(&b, p, plain, filepath.Join(data, "events", "PLOVER_GSR_CAMEO.txt")); err != nil {
		return "", err
	}
	if err := scoreTriggers(&b, p, filepath.Join(data, "events", "wikievents_dev.jsonl")); err != nil {
		return "", err
	}
	return b.String(), nil
}

// typeCount counts one type: gold sentences or triggers, those found, those
// given, those right.
type typeCount struct{ gold, found, given, right int }

func (c *typeCount) line(name string) string {
	pct := func(n, of int) float64 {
		if of == 0 {
			return 0
		}
		return 100 * float64(n) / float64(of)
	}
	return fmt.Sprintf("  %-10s P %5.1f (%d/%d)  R %5.1f (%d/%d)\n", name, pct(c.right, c.given), c.right, c.given, pct(c.found, c.gold), c.found, c.gold)
}

func writeCounts(b *strings.Builder, by map[string]*typeCount) {
	names := make([]string, 0, len(by))
	all := typeCount{}
	for n, c := range by {
		names = append(names, n)
		all.gold += c.gold
		all.found += c.found
		all.given += c.given
		all.right += c.right
	}
	slices.Sort(names)
	for _, n := range names {
		b.WriteString(by[n].line(n))
	}
	b.WriteString(all.line("all"))
}

// scoreTriggers: a gold trigger is found when an event of a right type has a
// trigger that overlaps it; one of ours is right likewise. WikiEvents marks
// attacks and arrests nearly everywhere and contacts seldom.
func scoreTriggers(b *strings.Builder, p *pipeline.Reader, path string) error {
	texts, err := corpus.ReadWikiEvents(path)
	if err != nil {
		return err
	}
	by := map[string]*typeCount{}
	for _, t := range []string{"ACCUSE", "ASSAULT", "COERCE", "CONSULT", "PROTEST", "REQUEST", "RETREAT", "THREATEN"} {
		by[t] = &typeCount{}
	}
	for _, x := range texts {
		doc := readText(p, x.Doc, x.Text)
		for _, g := range x.Triggers {
			types := wikiEventsType(g.Type)
			if types == nil {
				continue
			}
			c := by[types[0]]
			c.gold++
			if slices.ContainsFunc(doc.Events, func(e nlp.EventMention) bool {
				return e.Trigger.Overlaps(g.Span) && slices.Contains(types, e.Type)
			}) {
				c.found++
			}
		}
		for i := range doc.Events {
			e := &doc.Events[i]
			c := by[e.Type]
			if c == nil {
				continue
			}
			c.given++
			if slices.ContainsFunc(x.Triggers, func(g corpus.GoldTrigger) bool {
				return e.Trigger.Overlaps(g.Span) && slices.Contains(wikiEventsType(g.Type), e.Type)
			}) {
				c.right++
			}
		}
	}
	fmt.Fprintf(b, "WikiEvents dev, %d texts, triggers of types with a counterpart\n", len(texts))
	writeCounts(b, by)
	return nil
}
