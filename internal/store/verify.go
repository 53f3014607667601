package store

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
)

// Part names what of a store a Finding is about.
type Part string

// The parts of a store that are verified.
const (
	PartFile      Part = "file"      // pages and trees below the rows, the description of the tables
	PartCapture   Part = "capture"   // bytes as they came in
	PartReport    Part = "report"    // reports, their layers and sentences
	PartRecord    Part = "record"    // what is drawn from them
	PartRules     Part = "rules"     // that a record keeps: evidence lies in its reports, ids are held
	PartIndex     Part = "index"     // of words
	PartDecisions Part = "decisions" // of people
	PartOther     Part = "other"     // feeds, versions, accounts, …
)

// Finding is one thing that is not as it was written.
type Finding struct {
	Part    Part
	ID      string // of the capture, report or thing of the record; "" not one alone
	What    string // is wrong
	Touches string // what cannot be relied on
	Do      string // about it
}

func (f Finding) String() string { return f.What }

// Backup is one backup of a store.
type Backup struct {
	At     time.Time // when it was begun: what it holds
	Place  string    // file
	Bytes  int64     // of it
	SHA256 string    // as its last line says
}

// Verified is what was looked at and found.
type Verified struct {
	Version  int64 // of the tables
	Deep     bool
	Rows     int // whose sums were compared
	Captures int // whose bytes were compared with their SHA-256; only where deep
	Reports  int // whose fields were compared with their digest
	Findings []Finding
	More     int      // findings that are not listed: there were too many of their kind
	Skipped  []string // what could not be looked at, and why
}

// Whole reports whether nothing was found.
func (v *Verified) Whole() bool { return len(v.Findings) == 0 }

// CheckRecord says where a record breaks its own rules: evidence that lies in no
// report of it, or not in its text on the edges of characters; ids of entities,
// events and statements that it does not hold.
func CheckRecord(rec *readout.Record) []Finding {
	c := &recordCheck{texts: map[string]string{}, has: map[Kind]map[string]bool{}}
	for _, r := range rec.Reports {
		c.texts[r.ID] = r.Text
	}
	add := func(kind Kind, id string) {
		if c.has[kind] == nil {
			c.has[kind] = map[string]bool{}
		}
		c.has[kind][id] = true
	}
	for _, x := range rec.Entities {
		add(KindEntity, x.ID)
	}
	for _, x := range rec.Events {
		add(KindEvent, x.ID)
	}
	for _, x := range rec.Statements {
		add(KindStatement, x.ID)
	}
	for _, x := range rec.Entities {
		c.thing(KindEntity, x.ID, x)
		for _, id := range x.Members {
			c.ref(KindEntity, id)
		}
	}
	for _, x := range rec.Events {
		c.thing(KindEvent, x.ID, x)
		c.ref(KindEntity, x.Place)
		for _, p := range x.Participants {
			c.ref(KindEntity, p.Entity)
		}
		for _, l := range x.Links {
			c.ref(KindEvent, l.Event)
		}
	}
	for _, x := range rec.Statements {
		c.thing(KindStatement, x.ID, x)
		c.ref(KindEntity, x.Speaker)
		c.ref(KindEntity, x.Addressee)
		c.ref(KindEvent, x.Event)
		c.ref(KindStatement, x.NestedIn)
		for _, s := range x.Content {
			c.span(x.Report, s)
		}
	}
	for _, x := range rec.Claims {
		c.thing(KindClaim, x.ID, x)
		c.ref(KindEvent, x.Event)
		c.ref(KindEntity, x.Holder)
		c.ref(KindEntity, x.Value.Entity)
	}
	for _, x := range rec.Positions {
		c.thing(KindPosition, x.ID, x)
		c.ref(KindEntity, x.Party)
		c.ref(KindStatement, x.Statement)
	}
	for _, x := range rec.Responses {
		c.thing(KindResponse, x.ID, x)
		c.ref(KindEntity, x.Party)
	}
	for _, x := range rec.Commitments {
		c.thing(KindCommitment, x.ID, x)
		c.ref(KindEntity, x.Party)
	}
	for _, x := range rec.Threads {
		c.thing(KindThread, x.ID, x)
		for _, id := range x.Events {
			c.ref(KindEvent, id)
		}
	}
	return c.found
}

type recordCheck struct {
	texts map[string]string
	has   map[Kind]map[string]bool
	found []Finding

	kind Kind // of the thing that is looked at
	id   string
}

func (c *recordCheck) add(format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	c.found = append(c.found, Finding{
		Part: PartRules, ID: c.id, What: fmt.Sprintf("the %s %s %s", c.kind, c.id, what),
		Touches: fmt.Sprintf("the %s %s in the record", c.kind, c.id), Do: "readout rebuild draws the record anew from the reports",
	})
}

// thing looks at one thing of the record and all evidence in it.
func (c *recordCheck) thing(kind Kind, id string, x any) {
	c.kind, c.id = kind, clip(id)
	c.walk(reflect.ValueOf(x))
}

var evidenceType = reflect.TypeFor[readout.Evidence]()

func (c *recordCheck) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.walk(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.walk(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == evidenceType {
			e := v.Interface().(readout.Evidence)
			c.span(e.Report, e.Span)
			return
		}
		for i := range v.NumField() {
			c.walk(v.Field(i))
		}
	}
}

// span looks at a range of a report's text.
func (c *recordCheck) span(report string, s readout.Span) {
	text, ok := c.texts[report]
	switch {
	case !ok:
		c.add("rests on the report %s, which the record has not", clip(report))
	case s.Start < 0 || s.End < s.Start || s.End > len(text):
		c.add("rests on bytes %d to %d of the report %s, which has %d", s.Start, s.End, clip(report), len(text))
	case !edge(text, s.Start) || !edge(text, s.End):
		c.add("rests on bytes %d to %d of the report %s, which cut a character", s.Start, s.End, clip(report))
	}
}

func edge(text string, at int) bool { return at == len(text) || utf8.RuneStart(text[at]) }

// ref looks for a thing that another names.
func (c *recordCheck) ref(kind Kind, id string) {
	if id != "" && !c.has[kind][id] {
		c.add("names the %s %s, which the record has not", kind, clip(id))
	}
}

// clip bounds what may be anything, for messages.
func clip(s string) string {
	const most = 80
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
