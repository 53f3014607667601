package export

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/view"
)

// Kinds are the kinds of facts that an export counts.
var Kinds = []string{"report", "entity", "event", "statement", "claim", "disagreement", "position", "commitment", "response", "utterance", "issue", "thread", "timex"}

// choosable are the kinds that Options.Only may name. Claims and disagreements
// come with their events, reports and entities with all that names them.
var choosable = []string{"event", "statement", "position", "commitment", "response", "utterance", "issue", "thread"}

// Choosable lists the kinds that Options.Only may name.
func Choosable() []string { return slices.Clone(choosable) }

// total counts the facts of a kind that were selected.
func (j *job) total(kind string) int {
	rec := j.rec
	switch kind {
	case "report":
		return len(rec.Reports)
	case "entity":
		return len(rec.Entities)
	case "event":
		return len(rec.Events)
	case "statement":
		return len(rec.Statements)
	case "claim":
		return len(rec.Claims)
	case "disagreement":
		return len(rec.Disagreements)
	case "position":
		return len(rec.Positions)
	case "commitment":
		return len(rec.Commitments)
	case "response":
		return len(rec.Responses)
	case "utterance":
		return len(rec.Utterances)
	case "issue":
		return len(rec.Issues)
	case "thread":
		return len(rec.Threads)
	case "timex":
		return len(rec.Timexes)
	}
	panic("no kind " + kind)
}

// selected is the record that o asks for: the whole where it asks for no less,
// else the facts that pass, the facts that they name, and the reports and
// entities that either names.
func selected(v *view.View, o Options) (*readout.Record, error) {
	for _, k := range o.Only {
		if !slices.Contains(choosable, k) {
			return nil, fmt.Errorf("kind %q: there are %s", k, strings.Join(choosable, ", "))
		}
	}
	f := o.Filter
	all := reflect.ValueOf(f).IsZero()
	if all && len(o.Only) == 0 && len(o.IDs) == 0 {
		return v.Record, nil
	}
	p := v.NewPart()
	if len(o.IDs) > 0 {
		p.Add(o.IDs...)
		for _, id := range o.IDs {
			page, ok := v.Page(id)
			if !ok {
				continue
			}
			// An event comes with what was said, taken and answered at it.
			for _, x := range page.Quotes {
				p.Add(x.Statement.ID)
			}
			for _, x := range page.Positions {
				p.Add(x.Position.ID)
			}
			for _, x := range page.Answers {
				p.Add(x.Response.ID)
			}
		}
		return p.Record(), nil
	}
	wants := func(kind string) bool { return len(o.Only) == 0 || slices.Contains(o.Only, kind) }
	if wants("event") {
		ef := f
		// Of events, words are looked for wherever events have words.
		if ef.Words == "" {
			ef.Words, ef.InClaims = f.On, true
		}
		for _, r := range v.Events(ef) {
			p.Add(r.Event.ID)
		}
	}
	if wants("statement") {
		for _, r := range v.Quotes(f) {
			p.Add(r.Statement.ID)
		}
	}
	if wants("position") {
		for _, r := range v.Positions(f) {
			p.Add(r.Position.ID)
		}
	}
	if wants("commitment") {
		for _, r := range v.Commitments(f) {
			p.Add(r.Commitment.ID)
		}
	}
	if wants("response") {
		for _, r := range v.Responses(f) {
			p.Add(r.Response.ID)
		}
	}
	if wants("utterance") {
		for _, r := range v.Utterances(f) {
			p.Add(r.Utterance.ID)
		}
	}
	// A thread or an issue that was asked for by name comes whole; with a
	// filter it would bring in all that the filter keeps out.
	if wants("thread") && (all || len(o.Only) > 0) {
		for _, r := range v.Threads(f) {
			p.Add(r.Thread.ID)
		}
	}
	if wants("issue") && all {
		for _, x := range v.Record.Issues {
			p.Add(x.ID)
		}
	} else if wants("issue") && len(o.Only) > 0 {
		for _, r := range v.Positions(f) {
			p.Add(r.Position.Issue)
		}
	}
	return p.Record(), nil
}

// params are the filters that o sets, as the manifest tells them, in the order
// and under the names of the command line.
func params(o Options) []Param {
	out := []Param{}
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				out = append(out, Param{name, v})
			}
		}
	}
	f := o.Filter
	add("from", f.From)
	add("to", f.To)
	add("by", f.By)
	add("with", f.With...)
	add("on", f.On)
	add("words", f.Words)
	add("stance", string(f.Stance))
	add("type", f.Kind)
	add("kind", f.EventType)
	add("outlet", f.Outlet)
	add("thread", f.Thread)
	add("verdict", string(f.Verdict))
	add("status", string(f.Status))
	if f.Disputed {
		add("disputed", strconv.FormatBool(true))
	}
	add("only", o.Only...)
	add("id", o.IDs...)
	return out
}
