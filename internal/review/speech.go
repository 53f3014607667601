package review

import (
	"cmp"
	"slices"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// weak are the rules that find a speaker without a word that says so.
var weak = map[string]string{
	"quote/continued":      "the speaker is that of the quotation before",
	"quote/free-standing":  "nothing attributes the quotation",
	"quote/colon":          "only a colon attributes the quotation",
	"quote/misplaced-mark": "the words stand outside the quotation marks",
	"quote/closing":        "the speaker is named only where the sentence closes",
}

// hearsay is what has no speaker by its nature.
var hearsay = map[string]bool{"quote/hearsay": true, "quote/noun-clause": true}

// nearby is how many bytes before a pronoun another name makes it doubtful.
const nearby = 300

// speakers finds statements whose speaker is not known, though somebody speaks,
// or was found by a weak rule.
func (w *watcher) speakers() {
	who := w.mentions()
	for _, s := range w.rec.Statements {
		if !s.Uttered || len(s.Content) == 0 || hearsay[s.By.Rule] {
			continue
		}
		why := ""
		switch {
		case s.Speaker == "" && s.Kind != readout.Indirect:
			why = "words in quotation marks, and nobody who says them"
		case s.Speaker == "" && s.Source != nil:
			why = "who is meant by the source was not found"
		case s.Speaker == "":
			continue
		default:
			if why = weak[s.By.Rule]; why == "" {
				why = who.doubt(s)
			}
		}
		if why == "" {
			continue
		}
		it := &Item{Kind: Speaker, Field: "speaker", Value: s.Speaker, Why: []string{why}}
		it.Sides = []Side{{Kind: store.KindStatement, ID: s.ID, Title: view.Shorten(s.Text, 160), Evidence: statementEvidence(s)}}
		it.row("Speaker", w.v.EntityName(s.Speaker))
		if s.Source != nil {
			it.row("As the report has it", s.Source.In(w.v.Report(s.Report).Text))
		}
		it.row("Words", map[readout.StatementKind]string{readout.Direct: "word for word", readout.Mixed: "partly word for word", readout.Indirect: "in the reporter’s words"}[s.Kind])
		it.Choices = who.near(w.v, s)
		w.add(it)
	}
}

// mentions are the persons and bodies of each report by place.
type mentions map[string][]mention

type mention struct {
	span   readout.Span
	entity string
	form   readout.MentionForm
	rule   string
	person bool
}

func (w *watcher) mentions() mentions {
	out := mentions{}
	for _, e := range w.rec.Entities {
		if e.Type != readout.Person && e.Type != readout.Organization && e.Type != readout.Group {
			continue
		}
		for _, m := range e.Mentions {
			out[m.Report] = append(out[m.Report], mention{m.Span, e.ID, m.Form, m.By.Rule, e.Type == readout.Person})
		}
	}
	for _, ms := range out {
		slices.SortFunc(ms, func(a, b mention) int { return cmp.Or(a.span.Compare(b.span), cmp.Compare(a.entity, b.entity)) })
	}
	return out
}

// doubt says why the pronoun that names the speaker may mean another; "" when
// the source is no pronoun, or nobody else is named near.
func (ms mentions) doubt(s *readout.Statement) string {
	if s.Source == nil {
		return ""
	}
	all := ms[s.Report]
	at := slices.IndexFunc(all, func(m mention) bool {
		return m.form == readout.FormPronoun && m.entity == s.Speaker && s.Source.Contains(m.span)
	})
	if at < 0 || !all[at].person {
		return ""
	}
	for i := at - 1; i >= 0 && all[at].span.Start-all[i].span.End < nearby; i-- {
		switch m := all[i]; {
		case m.entity == s.Speaker && m.form == readout.FormName:
			return "" // the nearest name is the speaker's
		case m.person && m.form == readout.FormName && m.entity != s.Speaker && !inside(s, m.span):
			return "a pronoun, and another person is named nearer"
		}
	}
	return ""
}

func inside(s *readout.Statement, x readout.Span) bool {
	return slices.ContainsFunc(s.Content, x.Overlaps)
}

// mostChoices is how many speakers are offered.
const mostChoices = 12

// near are those who may have said it: the persons and bodies of the report,
// those named nearest first.
func (ms mentions) near(v *view.View, s *readout.Statement) []Choice {
	at := s.Content[0].Start
	type option struct {
		entity   string
		distance int
	}
	best := map[string]int{}
	for _, m := range ms[s.Report] {
		d := max(at-m.span.End, m.span.Start-at)
		if old, ok := best[m.entity]; !ok || d < old {
			best[m.entity] = d
		}
	}
	var os []option
	for id, d := range best {
		if e := v.Entity(id); e != nil && (len(e.Names) > 0 || e.Type == readout.Person) {
			os = append(os, option{id, d})
		}
	}
	slices.SortFunc(os, func(a, b option) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.entity, b.entity))
	})
	var out []Choice
	for _, o := range os[:min(len(os), mostChoices)] {
		out = append(out, Choice{o.entity, v.EntityName(o.entity)})
	}
	return out
}
