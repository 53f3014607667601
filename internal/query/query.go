// Package query holds the parameters by which pages, API and command line
// narrow what they show, under one name each, and turns them into filters of
// package view.
//
// In: the query part of a URL. Out: Params, a view.Filter, and the URL again,
// always in the same order, so that a link to a state is one link. Values are
// checked for form only; whether a name is known is the view's to say.
package query

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/view"
)

// Params are the parameters of a list or page. The zero value asks for
// everything, now. A page uses those that mean something for its facts.
type Params struct {
	AsOf     string   `query:"as_of" doc:"Only what was reported by then: a day (2031-03-14) or an RFC 3339 time."`
	From     string   `query:"from" doc:"Only what happened or was said on or after this day, month or year (2031-03-14, 2031-03, 2031)."`
	To       string   `query:"to" doc:"Only what happened or was said on or before this day, month or year."`
	Since    string   `query:"since" doc:"Only what changed after this day or time."`
	By       string   `query:"by" doc:"Who speaks, acts, holds, promises or answers: a name under any spelling, or an entity id."`
	Party    []string `query:"party" doc:"Others who take part or are spoken to: names or entity ids; repeat for several."`
	On       string   `query:"on" doc:"Words of the issue, the terms or the text."`
	At       string   `query:"at" doc:"Where or on what occasion it was said: words of the event's title, place or day, or of the medium; or the event's id."`
	Words    string   `query:"words" doc:"Words of an event's title, people, place, day or status."`
	Kind     string   `query:"kind" doc:"Kind of event (CONSULT, DEMAND, …)."`
	Type     string   `query:"type" doc:"Type of statement (direct, mixed, indirect) or of answer (confirm, deny, …)."`
	Source   string   `query:"source" doc:"To whom a statement is attributed: named, official or unnamed."`
	Stance   string   `query:"stance" doc:"Stance of a position (demand, offer, refusal, …)."`
	Outlet   string   `query:"outlet" doc:"Outlet whose reports tell it: a name, site or entity id."`
	Thread   string   `query:"thread" doc:"Thread id."`
	Issue    string   `query:"issue" doc:"Issue id, or words of its name."`
	Day      string   `query:"day" doc:"The day on which promises are counted (2031-03-14; a month or year counts as its last day); the last report's, when left out."`
	Status   string   `query:"status" doc:"Status of an event (occurred, planned, reported, denied, hypothetical) or of a commitment."`
	Verdict  string   `query:"verdict" doc:"How claims relate: agree, compatible, conflict, single."`
	Disputed bool     `query:"disputed" doc:"Only what reports or parties dispute (1)."`
	View     string   `query:"view" doc:"The form of the page: list, lanes or table; speakers or outlets."`
	Order    string   `query:"order" doc:"Order of the list, see each list."`
	Q        string   `query:"q" doc:"Words to search, with operators such as by: to: from: type: and \"exact phrases\"."`
	In       string   `query:"in" doc:"What to search: events, quotes, people, text; several with commas."`
	Limit    int      `query:"limit" doc:"Most items of a page of the list, 1 to 1000." minimum:"0" maximum:"1000"`
	Cursor   string   `query:"cursor" doc:"Where the list goes on: the next of the page before."`
	Sel      string   `query:"sel" doc:"The reference whose sentences are opened beside the page."`
	A        string   `query:"a" doc:"First of two things to compare."`
	B        string   `query:"b" doc:"Second of two things to compare."`
}

// MaxLimit is the most items a page of a list may have.
const MaxLimit = limits.PageRows

// maxValue bounds one value, in bytes.
const maxValue = limits.QueryValue

// maxRepeats bounds how often a parameter may be repeated: each is looked for in
// every row of a list.
const maxRepeats = 20

// Error is a parameter that cannot be used.
type Error struct {
	Name, Value, Want string
}

func (e *Error) Error() string {
	v := e.Value
	if len(v) > 80 {
		v = strings.ToValidUTF8(v[:80], "") + "…"
	}
	return fmt.Sprintf("%s=%q: %s", e.Name, v, e.Want)
}

// Parse reads the parameters of a URL. Unknown ones are left alone: they may be
// somebody else's. The errors are *Error, joined; what could be read is
// returned with them.
func Parse(values url.Values) (Params, error) {
	var p Params
	var errs []error
	v := reflect.ValueOf(&p).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("query")
		given := slices.DeleteFunc(slices.Clone(values[name]), func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(given) == 0 {
			continue
		}
		for j, s := range given {
			given[j] = strings.TrimSpace(s)
			if len(s) > maxValue || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				errs = append(errs, &Error{name, s, "give at most 2,000 bytes of text"})
				given[j] = ""
			}
		}
		switch f := v.Field(i).Addr().Interface().(type) {
		case *string:
			*f = given[len(given)-1]
		case *[]string:
			kept := slices.DeleteFunc(given, func(s string) bool { return s == "" })
			if len(kept) > maxRepeats {
				errs = append(errs, &Error{name, kept[maxRepeats], fmt.Sprintf("give at most %d", maxRepeats)})
				kept = kept[:maxRepeats]
			}
			if len(kept) > 0 {
				*f = kept
			}
		case *bool:
			b, err := strconv.ParseBool(given[len(given)-1])
			if err != nil {
				errs = append(errs, &Error{name, given[0], "give 1 or leave it out"})
			}
			*f = b
		case *int:
			n, err := strconv.Atoi(given[len(given)-1])
			if err != nil || n < 0 || n > MaxLimit {
				errs = append(errs, &Error{name, given[0], "give a number from 1 to 1000"})
				n = 0
			}
			*f = n
		}
	}
	return p, errors.Join(append(errs, p.check()...)...)
}

// check drops values of the wrong form and says which.
func (p *Params) check() []error {
	var errs []error
	for _, x := range []struct {
		name  string
		value *string
	}{{"from", &p.From}, {"to", &p.To}, {"day", &p.Day}} {
		if *x.value != "" && !IsDay(*x.value) {
			errs = append(errs, &Error{x.name, *x.value, "give a day, month or year such as 2031-03-14, 2031-03 or 2031; for the other party use party"})
			*x.value = ""
		}
	}
	if p.Since != "" && !isMoment(p.Since) {
		errs = append(errs, &Error{"since", p.Since, "give a day or time such as 2031-03-14 or 2031-03-14T15:00Z"})
		p.Since = ""
	}
	for _, x := range []struct {
		name  string
		value *string
		want  []string
	}{
		{"source", &p.Source, names(view.SourceNamed, view.SourceOfficial, view.SourceUnnamed)},
		{"stance", &p.Stance, names(readout.Demand, readout.Condition, readout.Request, readout.Offer, readout.Proposal, readout.Refuse, readout.Acceptance, readout.Goal, readout.Warning, readout.Accusation, readout.Commit)},
		{"verdict", &p.Verdict, names(readout.Agree, readout.Compatible, readout.Conflict, readout.Single)},
	} {
		if *x.value != "" && !slices.Contains(x.want, *x.value) {
			errs = append(errs, &Error{x.name, *x.value, "give one of " + strings.Join(x.want, ", ")})
			*x.value = ""
		}
	}
	return errs
}

func names[S ~string](values ...S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// IsDay reports whether s is a day, month or year of ISO 8601.
func IsDay(s string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// isMoment reports whether s is a day, month or year, or a day with a time as
// reports give it: "2031-03-14T15:00", with or without seconds and zone.
func isMoment(s string) bool {
	for _, layout := range []string{"2006-01-02T15", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", time.RFC3339, "2006-01-02T15:04:05"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return IsDay(s)
}

// Values are the parameters as those of a URL; what is not set is left out.
func (p Params) Values() url.Values {
	out := url.Values{}
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("query")
		switch f := v.Field(i).Interface().(type) {
		case string:
			if f != "" {
				out.Set(name, f)
			}
		case []string:
			for _, s := range f {
				out.Add(name, s)
			}
		case bool:
			if f {
				out.Set(name, "1")
			}
		case int:
			if f != 0 {
				out.Set(name, strconv.Itoa(f))
			}
		}
	}
	return out
}

// String is the query part of a URL without "?", sorted by name.
func (p Params) String() string { return p.Values().Encode() }

// Filter is what the parameters ask of a view.
func (p Params) Filter() view.Filter {
	return view.Filter{
		From: p.From, To: p.To, By: p.By, With: p.Party, On: p.On, Stance: readout.Stance(p.Stance), Kind: p.Type,
		Verdict: readout.Verdict(p.Verdict), Status: readout.EventStatus(p.Status), Words: p.Words,
		Thread: p.Thread, Outlet: p.Outlet, EventType: p.Kind, Disputed: p.Disputed,
		At: p.At, Source: p.Source,
	}
}
