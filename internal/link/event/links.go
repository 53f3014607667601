package event

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/nlp"
	"github.com/readout-news/readout/lexicons"
)

const linkFile = "en/events/links.tsv"

// linkRule is one line of linkFile.
type linkRule struct {
	relation, shape string
	words           []string
	preps, after    []string
	types           [2][]string // of an object rule
	example         string
}

var loadLinks = sync.OnceValues(func() ([]linkRule, error) {
	f, err := lexicons.FS.Open(linkFile)
	if err != nil {
		return nil, fmt.Errorf("open links: %w", err)
	}
	defer f.Close()
	return readLinks(f)
})

func readLinks(r io.Reader) ([]linkRule, error) {
	var out []linkRule
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 5 || !strings.Contains(c[4], " > ") || !strings.Contains(c[4], " | ") {
			return nil, fmt.Errorf("%s:%d: want relation, shape, words, prepositions and an example", linkFile, n)
		}
		x := linkRule{relation: c[0], shape: c[1], words: strings.Split(c[2], "|"), example: c[4]}
		if x.relation != "responds_to" && x.relation != "part_of" {
			return nil, fmt.Errorf("%s:%d: relation %q", linkFile, n, c[0])
		}
		preps, after, _ := strings.Cut(c[3], ":")
		x.preps, x.after = strings.Split(preps, ","), strings.Split(after, ",")
		switch x.shape {
		case "via":
			if after == "" {
				return nil, fmt.Errorf("%s:%d: via wants prepositions on both sides", linkFile, n)
			}
		case "in":
		case "object":
			a, b, ok := strings.Cut(c[2], ">")
			if !ok {
				return nil, fmt.Errorf("%s:%d: object wants TYPES>TYPES", linkFile, n)
			}
			x.types = [2][]string{strings.Split(a, "|"), strings.Split(b, "|")}
		default:
			return nil, fmt.Errorf("%s:%d: shape %q", linkFile, n, c[1])
		}
		out = append(out, x)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", linkFile, err)
	}
	return out, nil
}

// fits reports whether event j of doc stands to event i as the rule says.
func (r *linkRule) fits(doc *nlp.Doc, i, j int) bool {
	a, b := &doc.Events[i], &doc.Events[j]
	if a.Sent != b.Sent || a.Token == b.Token {
		return false
	}
	// The noun of a light verb ("held talks") hangs below the verb that carries
	// what the verb's obliques say of it.
	hangs := func(t int) bool {
		h := doc.Tokens[t].Head
		return h == a.Token || a.Nominal && h != nlp.None && h == doc.Tokens[a.Token].Head && nlp.HasRel(doc.Tokens[a.Token].Deprel, "obj", "nsubj", "nsubj:pass")
	}
	word := func(t int) string {
		if c := doc.Child(t, "case"); c != nlp.None {
			return doc.Lower(c)
		}
		return ""
	}
	t := b.Token
	switch r.shape {
	case "via":
		// "in response to the attack": the parser hangs the attack below the
		// response or beside it.
		h := doc.Child(t, "case") - 1
		return h > a.Token && slices.Contains(r.words, strings.ToLower(doc.Tokens[h].Lemma)) && (doc.Tokens[t].Head == h || hangs(t)) &&
			slices.Contains(r.after, word(t)) && slices.Contains(r.preps, word(h)) && hangs(h)
	case "in":
		return slices.Contains(r.words, b.Mode) && slices.Contains(r.preps, word(t)) && nlp.HasRel(doc.Tokens[t].Deprel, "obl", "nmod") && hangs(t)
	case "object":
		return slices.Contains(r.types[0], a.Type) && slices.Contains(r.types[1], b.Type) &&
			doc.Tokens[t].Head == a.Token && nlp.HasRel(doc.Tokens[t].Deprel, "obj", "nsubj:pass")
	}
	return false
}

// links lists how the event with index n relates to others: what its mentions
// are told to come before or after, what they announce or report on, answer and
// belong to. The evidence of a link is the mention of the other event.
func (l *linker) links(c *cluster, n int, out *Links) []readout.EventLink {
	var links []readout.EventLink
	for _, m := range c.mentions {
		doc := l.docs[m.d]
		add := func(relation, rule string, j int) {
			t := out.OfMention[m.d][j]
			if t == None || t == n {
				return
			}
			by := m.ev.By
			if rule != "" {
				by = readout.By{Annotator: "link/event", Version: Version, Rule: rule}
			}
			links = append(links, readout.EventLink{
				Relation: relation, Event: out.Events[t].ID,
				Evidence: readout.Evidence{Report: doc.Report.ID, Span: doc.Events[j].Span, By: by},
			})
		}
		for _, j := range m.ev.Before {
			add("before", "", j)
		}
		for _, j := range m.ev.After {
			add("after", "", j)
		}
		for _, j := range m.ev.Tells {
			t := out.OfMention[m.d][j]
			if t == None {
				continue
			}
			relation := "reports_on"
			if m.ev.Mode == "announcement" || doc.Events[j].Status == readout.Planned && l.takesPart(c, out.Events[t]) {
				relation = "announces"
			}
			add(relation, "links/tells", j)
		}
		for j := range doc.Events {
			for k := range l.rules {
				if r := &l.rules[k]; doc.Events[j].Sent == m.ev.Sent && r.fits(doc, m.i, j) {
					add(r.relation, "links/"+r.relation+"-"+r.shape, j)
				}
			}
		}
		for _, s := range c.sequence {
			if s.d != m.d || s.by != m.i {
				continue
			}
			if t := out.OfMention[s.d][s.i]; t != None && t != n && agrees(s.relation, out.Events[n], out.Events[t]) {
				add(s.relation, "links/ordinal", s.i)
			}
		}
	}
	e := &readout.Event{ID: out.Events[n].ID, Links: links}
	SortLinks(e)
	return e.Links
}

// takesPart reports whether a party of c is one of e: who tells of the plans of
// others reports on them.
func (l *linker) takesPart(c *cluster, e *readout.Event) bool {
	return slices.ContainsFunc(c.parts, func(p part) bool {
		return slices.ContainsFunc(e.Participants, func(q readout.Participant) bool { return l.entitiesMatch(p.entity, l.byID[q.Entity]) > 0 })
	})
}

// sequel says that a mention counts on from another: "their next call".
type sequel struct {
	relation string // "after" or "before"
	d, by, i int    // report, the mention that counts on, the mention it counts from
}

// agrees reports whether the days of two events do not contradict that one
// comes before or after the other.
func agrees(relation string, e, other *readout.Event) bool {
	if e.Date == nil || other.Date == nil || e.Date.Bound() || other.Date.Bound() {
		return true
	}
	if relation == "after" {
		return e.Date.Value >= other.Date.Value
	}
	return e.Date.Value <= other.Date.Value
}
