package decide

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
)

// Places finds the things of a record by where reports tell of them.
type Places struct {
	at map[string][]thing // by kind and report
}

type thing struct {
	id   string
	span readout.Span
}

// PlacesOf indexes a record.
func PlacesOf(rec *readout.Record) *Places {
	p := &Places{at: map[string][]thing{}}
	add := func(kind, id, report string, s readout.Span) {
		p.at[kind+" "+report] = append(p.at[kind+" "+report], thing{id, s})
	}
	for _, e := range rec.Events {
		for _, m := range e.Mentions {
			add("event", e.ID, m.Report, m.Trigger)
		}
	}
	for _, e := range rec.Entities {
		for _, m := range e.Mentions {
			add("entity", e.ID, m.Report, m.Span)
		}
	}
	for _, s := range rec.Statements {
		add("statement", s.ID, s.Report, readout.Span{Start: s.Content[0].Start, End: s.Content[len(s.Content)-1].End})
	}
	for _, x := range rec.Claims {
		add("claim", x.ID, x.Evidence.Report, x.Evidence.Span)
		add("claim "+x.Attribute, x.ID, x.Evidence.Report, x.Evidence.Span)
	}
	for _, x := range rec.Positions {
		add("position", x.ID, x.Evidence.Report, x.Evidence.Span)
	}
	for _, x := range rec.Commitments {
		add("commitment", x.ID, x.Evidence.Report, x.Evidence.Span)
	}
	for _, x := range rec.Responses {
		add("response", x.ID, x.Evidence.Report, x.Evidence.Span)
	}
	for _, x := range rec.Reports {
		add("report", x.ID, x.ID, readout.Span{})
	}
	return p
}

// ID is the thing of a kind at an anchor: at that place, else where most of it
// is; "" none.
func (p *Places) ID(kind string, a readout.Anchor) string {
	at := a.Trigger
	if at.Empty() || kind != "event" {
		at = a.Span
	}
	best, most := "", 0
	for _, x := range p.at[kind+" "+a.Report] {
		if x.span == at {
			return x.id
		}
		if n := min(x.span.End, at.End) - max(x.span.Start, at.Start); n > most {
			best, most = x.id, n
		}
	}
	return best
}

// IDs are the things of a target, each once, in the order of its sentences.
func (p *Places) IDs(t *readout.Target) []string {
	var out []string
	anchors := t.Evidence
	if t.Kind == "report" && len(anchors) == 0 {
		anchors = []readout.Anchor{{Evidence: readout.Evidence{Report: t.ID}}}
	}
	for _, a := range anchors {
		if id := p.ID(t.Kind, a); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// About is what people decided and a record heeds, by the id of the thing, in the
// order of the log. What was withdrawn is not in the record.
func (d *Desk) About(rec *readout.Record) map[string][]readout.Decision {
	if d.Empty() {
		return nil
	}
	places := PlacesOf(rec)
	out := map[string][]readout.Decision{}
	for i := range d.list {
		x := &d.list[i]
		if d.lost[x.Seq] != 0 || x.Kind == readout.DecideWithdraw {
			continue
		}
		about := d.about[x.Seq]
		if len(about) > 1 && (x.Kind == readout.DecideCorrect || x.Kind == readout.DecideConfirm) {
			about = about[:1] // the others are named as values
		}
		seen := map[string]bool{}
		for _, t := range about {
			for _, p := range t.places {
				if id := places.ID(t.Kind, p.Anchor); p.now && id != "" && !seen[id] {
					seen[id] = true
					out[id] = append(out[id], *x)
				}
			}
		}
	}
	return out
}

// Score is how often the machine said what people decided.
type Score struct {
	Question  string // "same event", "date of event", "claim is there"
	Rule      string // annotator and rule that read the thing; "" in the sum of a question
	Decided   int    // decisions that hold
	Kept      int    // the machine says the same now
	Overruled int    // it says something else
	Gone      int    // it reads nothing in the sentences now
}

// Precision is the share of what the machine says that people kept, 0 without
// any.
func (s *Score) Precision() float64 {
	if s.Kept+s.Overruled == 0 {
		return 0
	}
	return float64(s.Kept) / float64(s.Kept+s.Overruled)
}

// Mine scores the machine against the decisions that hold: machine is the record
// drawn from the same reports without decisions. The sum of each question comes
// before its rules; questions and rules are in order.
func (d *Desk) Mine(outcomes []Outcome, machine *readout.Record) []Score {
	places, v := PlacesOf(machine), In(machine)
	all := map[[2]string]*Score{}
	for i := range outcomes {
		o := &outcomes[i]
		if o.Status != Applied && o.Status != Review || len(o.About) == 0 {
			continue
		}
		question, verdict := d.judge(o, places, v)
		if question == "" {
			continue
		}
		rules := []string{""}
		if e := o.About[0].Evidence; len(e) > 0 && e[0].By.Annotator != "" {
			rules = append(rules, strings.Trim(e[0].By.Annotator+" "+e[0].By.Rule, " "))
		}
		for _, r := range rules {
			s := all[[2]string{question, r}]
			if s == nil {
				s = &Score{Question: question, Rule: r}
				all[[2]string{question, r}] = s
			}
			s.Decided++
			switch verdict {
			case kept:
				s.Kept++
			case overruled:
				s.Overruled++
			default:
				s.Gone++
			}
		}
	}
	var out []Score
	for _, s := range all {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Score) int { return cmp.Or(cmp.Compare(a.Question, b.Question), cmp.Compare(a.Rule, b.Rule)) })
	return out
}

// verdict is how the machine stands to a decision.
type verdict uint8

const (
	gone verdict = iota
	kept
	overruled
)

func agrees(same bool) verdict {
	if same {
		return kept
	}
	return overruled
}

// judge says what a decision is about and how the machine answers now.
func (d *Desk) judge(o *Outcome, places *Places, v *Record) (question string, _ verdict) {
	kind := o.About[0].Kind
	own := places.IDs(&o.About[0])
	field, _, _ := strings.Cut(o.Field, ":")
	switch o.Kind {
	case readout.DecideSame, readout.DecideDifferent:
		seen := map[string]int{}
		var ids []string
		there, shared := 0, false
		for i := range o.About {
			list := places.IDs(&o.About[i])
			if len(list) > 0 {
				there++
			}
			for _, id := range list {
				if k, ok := seen[id]; ok && k != i {
					shared = true
				} else if !ok {
					ids = append(ids, id)
				}
				seen[id] = i
			}
		}
		if there < 2 {
			return "same " + kind, gone
		}
		if o.Kind == readout.DecideSame {
			return "same " + kind, agrees(len(ids) == 1)
		}
		return "same " + kind, agrees(!shared)
	case readout.DecideWithdraw:
		if kind == "claim" && o.Field != "" {
			t := o.About[0]
			t.Kind = "claim " + o.Field
			own = places.IDs(&t)
		}
		return kind + " is there", agrees(len(own) == 0)
	case readout.DecideConfirm, readout.DecideCorrect:
		if o.Field == "" {
			if len(own) == 0 {
				return kind + " is there", overruled
			}
			return kind + " is there", kept
		}
		question = field + " of " + kind
		if kind == "timex" {
			t, err := v.Target(placeID(o.About[0]))
			if err != nil {
				return question, gone
			}
			return question, agrees(v.Value(t, field) == o.After)
		}
		if len(own) == 0 {
			return question, gone
		}
		t, err := v.Target(own[0])
		if err != nil {
			return question, gone
		}
		if field == "participant" {
			return question, agrees(v.takesPart(t.ID, cmp.Or(o.After, o.Before)) == (o.After != ""))
		}
		return question, agrees(v.Value(t, field) == o.After)
	}
	return "", gone
}

// placeID is a time expression by its place, see Record.Target.
func placeID(t readout.Target) string {
	if len(t.Evidence) == 0 {
		return ""
	}
	a := t.Evidence[0]
	return a.Report + ":" + strconv.Itoa(a.Span.Start) + "-" + strconv.Itoa(a.Span.End)
}

// takesPart reports whether somebody of that name takes part in an event.
func (r *Record) takesPart(event, name string) bool {
	for _, e := range r.rec.Events {
		if e.ID == event {
			return slices.ContainsFunc(e.Participants, func(p readout.Participant) bool {
				x := r.entities[p.Entity]
				return x != nil && (x.Name == name || slices.Contains(x.Names, name))
			})
		}
	}
	return false
}
