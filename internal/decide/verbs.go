package decide

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/kb"
)

// mostAnchors is how many mentions of an entity a decision rests on, one of each
// report; the id stands for it in the others.
const mostAnchors = 100

// Record finds the things of a record by id for the verbs.
type Record struct {
	rec      *readout.Record
	texts    map[string]string
	entities map[string]*readout.Entity
}

// In makes the verbs for a record.
func In(rec *readout.Record) *Record {
	r := &Record{rec: rec, texts: map[string]string{}, entities: map[string]*readout.Entity{}}
	for _, x := range rec.Reports {
		r.texts[x.ID] = x.Text
	}
	for _, e := range rec.Entities {
		r.entities[e.ID] = e
	}
	return r
}

func (r *Record) anchor(e readout.Evidence, trigger readout.Span) readout.Anchor {
	a := readout.Anchor{Evidence: e, Trigger: trigger}
	if t := r.texts[e.Report]; e.Span.End <= len(t) {
		a.Text = e.Span.In(t)
	}
	return a
}

// Target is the thing of that id with the sentences that tell of it: an event,
// entity, statement, claim, position, commitment, response or report; or a time
// expression by its place, "r0123456789abcdef:120-131". ErrNotFound.
func (r *Record) Target(id string) (readout.Target, error) {
	for _, e := range r.rec.Events {
		if e.ID == id {
			t := readout.Target{Kind: "event", ID: id, Name: e.Title}
			for _, m := range e.Mentions {
				t.Evidence = append(t.Evidence, r.anchor(m.Evidence, m.Trigger))
			}
			return t, nil
		}
	}
	if e := r.entities[id]; e != nil {
		return r.entity(e), nil
	}
	for _, s := range r.rec.Statements {
		if s.ID == id {
			span := s.Content[0]
			span.End = s.Content[len(s.Content)-1].End
			return readout.Target{Kind: "statement", ID: id, Name: short(s.Text), Evidence: []readout.Anchor{r.anchor(readout.Evidence{Report: s.Report, Span: span, By: s.By}, readout.Span{})}}, nil
		}
	}
	one := func(kind, name string, e readout.Evidence) (readout.Target, error) {
		return readout.Target{Kind: kind, ID: id, Name: short(name), Evidence: []readout.Anchor{r.anchor(e, readout.Span{})}}, nil
	}
	for _, x := range r.rec.Claims {
		if x.ID == id {
			return one("claim", x.Text, x.Evidence)
		}
	}
	for _, x := range r.rec.Positions {
		if x.ID == id {
			return one("position", x.Text, x.Evidence)
		}
	}
	for _, x := range r.rec.Commitments {
		if x.ID == id {
			return one("commitment", x.Terms, x.Evidence)
		}
	}
	for _, x := range r.rec.Responses {
		if x.ID == id {
			return one("response", string(x.Kind), x.Evidence)
		}
	}
	for _, x := range r.rec.Reports {
		if x.ID == id {
			return readout.Target{Kind: "report", ID: id, Name: short(x.Title)}, nil
		}
	}
	if report, place, ok := strings.Cut(id, ":"); ok {
		var s readout.Span
		if _, err := fmt.Sscanf(place, "%d-%d", &s.Start, &s.End); err == nil {
			for _, x := range r.rec.Timexes {
				if x.Report == report && x.Span == s {
					a := r.anchor(x.Evidence, readout.Span{})
					return readout.Target{Kind: "timex", Name: a.Text, Evidence: []readout.Anchor{a}}, nil
				}
			}
		}
	}
	return readout.Target{}, fmt.Errorf("%q: %w; it has to be the id of an event, entity, statement, claim, position, commitment, response or report", id, readout.ErrNotFound)
}

// entity rests on a mention of each report, a name where there is one.
func (r *Record) entity(e *readout.Entity) readout.Target {
	t := readout.Target{Kind: "entity", ID: e.ID, Name: e.Name}
	at := map[string]int{}
	var best []readout.EntityMention
	rank := func(m readout.EntityMention) int {
		return slices.Index([]readout.MentionForm{readout.FormName, readout.FormNominal, readout.FormPronoun}, m.Form)
	}
	for _, m := range e.Mentions {
		i, ok := at[m.Report]
		if !ok {
			if len(best) == mostAnchors {
				break
			}
			at[m.Report] = len(best)
			best = append(best, m)
		} else if rank(m) < rank(best[i]) {
			best[i] = m
		}
	}
	for _, m := range best {
		t.Evidence = append(t.Evidence, r.anchor(m.Evidence, readout.Span{}))
	}
	return t
}

// all is a target with each mention of an entity: its id stands for none of those
// that stay behind.
func (r *Record) all(t readout.Target) readout.Target {
	if e := r.entities[t.ID]; t.Kind == "entity" && e != nil {
		t.Evidence = nil
		for _, m := range e.Mentions {
			t.Evidence = append(t.Evidence, r.anchor(m.Evidence, readout.Span{}))
		}
	}
	return t
}

// targets are those of several ids, which have to be of one kind.
func (r *Record) targets(ids []string) ([]readout.Target, error) {
	var out []readout.Target
	for _, id := range ids {
		t, err := r.Target(id)
		if err != nil {
			return nil, err
		}
		if !grouped(t.Kind) {
			return nil, fmt.Errorf("%w: %s is a %s; only events and entities can be one or several", readout.ErrDecision, id, t.Kind)
		}
		out = append(out, t)
	}
	return out, nil
}

func names(about []readout.Target) string {
	var out []string
	for _, t := range about {
		out = append(out, t.Name)
	}
	return strings.Join(out, "; ")
}

// Same says that things are one.
func (r *Record) Same(ids ...string) (readout.Decision, error) {
	about, err := r.targets(ids)
	d := readout.Decision{Kind: readout.DecideSame, About: about, Before: fmt.Sprintf("%d: %s", len(about), names(about)), After: "one"}
	return d, cmpErr(err, about, 2)
}

// Different says that things are not one.
func (r *Record) Different(ids ...string) (readout.Decision, error) {
	about, err := r.targets(ids)
	d := readout.Decision{Kind: readout.DecideDifferent, About: about, Before: names(about), After: fmt.Sprint(len(about))}
	return d, cmpErr(err, about, 2)
}

func cmpErr(err error, about []readout.Target, least int) error {
	if err == nil && len(about) < least {
		return fmt.Errorf("%w: it needs %d things or more", readout.ErrDecision, least)
	}
	return err
}

// Split says that a thing is several: those of its mentions that take says are
// another. The first part keeps what nobody spoke of.
func (r *Record) Split(id string, take func(readout.Anchor) bool) (readout.Decision, error) {
	t, err := r.Target(id)
	if err != nil {
		return readout.Decision{}, err
	}
	t = r.all(t)
	if !grouped(t.Kind) {
		return readout.Decision{}, fmt.Errorf("%w: a %s has no parts", readout.ErrDecision, t.Kind)
	}
	stays, goes := t, t
	stays.Evidence, goes.Evidence = nil, nil
	for _, a := range t.Evidence {
		if take(a) {
			goes.Evidence = append(goes.Evidence, a)
		} else {
			stays.Evidence = append(stays.Evidence, a)
		}
	}
	if len(goes.Evidence) == 0 || len(stays.Evidence) == 0 {
		return readout.Decision{}, fmt.Errorf("%w: of %d mentions %d would be another; there have to be some of both", readout.ErrDecision, len(t.Evidence), len(goes.Evidence))
	}
	return readout.Decision{Kind: readout.DecideDifferent, About: []readout.Target{stays, goes}, Before: t.Name, After: "2"}, nil
}

// Correct says that a field of a thing has another value. An entity is given by
// its id or its name; a value that no entity has for a name is somebody whom the
// record does not know. "" is nobody, or not known.
func (r *Record) Correct(id, field, value string) (readout.Decision, error) {
	t, err := r.Target(id)
	if err != nil {
		return readout.Decision{}, err
	}
	if !known(t.Kind, field) {
		fields := Fields[t.Kind]
		if len(fields) == 0 {
			return readout.Decision{}, fmt.Errorf("%w: nothing of a %s can be corrected; withdraw it instead", readout.ErrDecision, t.Kind)
		}
		return readout.Decision{}, fmt.Errorf("%w: a %s has no field %q; it has %s", readout.ErrDecision, t.Kind, field, strings.Join(fields, ", "))
	}
	d := readout.Decision{Kind: readout.DecideCorrect, Field: field, About: []readout.Target{t}, After: value}
	d.Before = r.Value(t, field)
	base, _, _ := strings.Cut(field, ":")
	if entityField(t.Kind, base) {
		drop := base == "participant" && strings.HasPrefix(value, "-")
		e, err := r.who(strings.TrimPrefix(value, "-"))
		if err != nil {
			return d, err
		}
		if e != nil {
			d.After = e.Name
			d.About = append(d.About, r.entity(e))
		}
		if base == "participant" {
			d.Before = ""
			if drop {
				d.Before, d.After = strings.TrimPrefix(d.After, "-"), ""
			}
			if d.Before == "" && d.After == "" {
				return d, fmt.Errorf("%w: a participant is put in by name or id, and taken out with a minus before it", readout.ErrDecision)
			}
		}
		return d, nil
	}
	return d, CheckValue(t.Kind, field, value)
}

// who is the entity of that id or name; nil for one that the record does not
// know. The error is that of a name that several have.
func (r *Record) who(s string) (*readout.Entity, error) {
	if s == "" {
		return nil, nil
	}
	if e := r.entities[s]; e != nil {
		return e, nil
	}
	var found []*readout.Entity
	for _, e := range r.rec.Entities {
		if kb.Fold(e.Name) == kb.Fold(s) || slices.ContainsFunc(e.Names, func(n string) bool { return kb.Fold(n) == kb.Fold(s) }) {
			found = append(found, e)
		}
	}
	if exact := slices.DeleteFunc(slices.Clone(found), func(e *readout.Entity) bool { return e.Name != s }); len(exact) == 1 {
		found = exact
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, e := range found {
		ids = append(ids, e.ID+" ("+e.Name+")")
	}
	return nil, fmt.Errorf("%w: %q is the name of %s; give the id", readout.ErrDecision, s, strings.Join(ids, ", "))
}

var dates = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(Z|[+-]\d{2}:\d{2})?)?)?)?)?$`)

// date reports whether a value is a date, or a time of one, that there is.
func date(value string) bool {
	return dates.MatchString(value) && slices.ContainsFunc([]string{"2006", "2006-01", "2006-01-02", "2006-01-02T15", "2006-01-02T15:04", "2006-01-02T15:04Z07:00"}, func(layout string) bool {
		_, err := time.Parse(layout, value)
		return err == nil
	})
}

// CheckValue returns an error that wraps readout.ErrDecision for a value that a
// field cannot have.
func CheckValue(kind, field, value string) error {
	bad := func(want string) error {
		return fmt.Errorf("%w: %q is no %s of a %s; %s", readout.ErrDecision, value, field, kind, want)
	}
	oneOf := func(list ...string) error {
		if slices.Contains(list, value) {
			return nil
		}
		return bad("it is one of " + strings.Join(list, ", "))
	}
	switch kind + " " + field {
	case "event date", "commitment made", "commitment until", "report published":
		from, to, two := strings.Cut(value, "/")
		if value != "" && !date(from) || two && (kind == "report" || len(to) != len("2006-01-02") || len(from) != len(to) || to < from || !date(to)) {
			return bad("give 2025, 2025-03, 2025-03-18 or 2025-03-18T14:05, where it is no report also 2025-03-18/2025-03-20, or nothing for unknown")
		}
	case "event status":
		return oneOf(string(readout.Occurred), string(readout.Planned), string(readout.Reported), string(readout.Denied), string(readout.Hypothetical))
	case "event type":
		if value == "" || strings.ToUpper(value) != value {
			return bad("types are words in capitals, such as CONSULT")
		}
	case "entity type":
		return oneOf(string(readout.Person), string(readout.Organization), string(readout.Place), string(readout.Outlet), string(readout.Group), string(readout.Work))
	case "entity name", "timex value":
		if strings.TrimSpace(value) == "" {
			return bad("give one")
		}
	case "position stance":
		return oneOf(string(readout.Demand), string(readout.Condition), string(readout.Request), string(readout.Offer), string(readout.Proposal), string(readout.Refuse),
			string(readout.Acceptance), string(readout.Goal), string(readout.Warning), string(readout.Accusation), string(readout.Commit))
	case "response kind":
		return oneOf(string(readout.Confirms), string(readout.Denies), string(readout.Neither), string(readout.Declines), string(readout.NoAnswer), string(readout.Unavailable), string(readout.Acknowledges))
	}
	return nil
}

// Withdraw says that what the machine read is not there.
func (r *Record) Withdraw(id string) (readout.Decision, error) {
	t, err := r.Target(id)
	if err == nil && t.Kind == "report" {
		err = fmt.Errorf("%w: a report is what was published; its facts can be withdrawn, it cannot", readout.ErrDecision)
	}
	d := readout.Decision{Kind: readout.DecideWithdraw, About: []readout.Target{r.all(t)}, Before: t.Name}
	if t.Kind == "claim" {
		for _, c := range r.rec.Claims {
			if c.ID == id {
				d.Field = c.Attribute
			}
		}
	}
	return d, err
}

// Confirm says that a thing is as the record has it; with a field, that its value
// is, which then stays when the reports are read anew.
func (r *Record) Confirm(id, field string) (readout.Decision, error) {
	t, err := r.Target(id)
	if err != nil {
		return readout.Decision{}, err
	}
	d := readout.Decision{Kind: readout.DecideConfirm, About: []readout.Target{t}, Field: field, Before: t.Name}
	if field != "" {
		if !known(t.Kind, field) || field == "participant" {
			return d, fmt.Errorf("%w: a %s has no field %q to confirm; it has %s", readout.ErrDecision, t.Kind, field, strings.Join(Fields[t.Kind], ", "))
		}
		if d.Before = r.Value(t, field); d.Before == "" {
			return d, fmt.Errorf("%w: the record has no %s that could be confirmed; correct it", readout.ErrDecision, field)
		}
		d.After = d.Before
		if entityField(t.Kind, field) {
			e, err := r.who(r.entityIn(t, field))
			if err != nil {
				return d, err
			}
			if e != nil {
				d.About = append(d.About, r.entity(e))
			}
		}
	}
	return d, nil
}

// Note says something about a thing and changes nothing.
func (r *Record) Note(id, text string) (readout.Decision, error) {
	t, err := r.Target(id)
	if err == nil && strings.TrimSpace(text) == "" {
		err = errors.New("a note says something")
	}
	return readout.Decision{Kind: readout.DecideNote, About: []readout.Target{t}, Why: text}, err
}

// Undo takes a decision back.
func Undo(seq int64) readout.Decision {
	return readout.Decision{Kind: readout.DecideUndo, Undoes: seq}
}

// DateValue is a date as a correction takes it, 2031-03-14 or
// 2031-03-12/2031-03-14; "" where none is known, or a bound of it alone.
func DateValue(d *readout.Date) string {
	switch {
	case d == nil || d.Bound():
		return ""
	case d.End != "":
		return d.Value + "/" + d.End
	}
	return d.Value
}

// Value is what the record says in a field of a thing, an entity by its name; ""
// where it says nothing.
func (r *Record) Value(t readout.Target, field string) string {
	v := r.entityIn(t, field)
	if e := r.entities[v]; e != nil {
		return e.Name
	}
	return v
}

// entityIn is Value with an entity by its id.
func (r *Record) entityIn(t readout.Target, field string) string {
	switch t.Kind {
	case "event":
		for _, e := range r.rec.Events {
			if e.ID != t.ID {
				continue
			}
			switch field {
			case "date":
				return DateValue(e.Date)
			case "type":
				return e.Type
			case "mode":
				return e.Mode
			case "status":
				return string(e.Status)
			case "place":
				return e.Place
			}
		}
	case "entity":
		if e := r.entities[t.ID]; e != nil {
			return map[string]string{"name": e.Name, "type": string(e.Type)}[field]
		}
	case "statement":
		for _, s := range r.rec.Statements {
			if s.ID == t.ID {
				return map[string]string{"speaker": s.Speaker, "addressee": s.Addressee}[field]
			}
		}
	case "position":
		for _, p := range r.rec.Positions {
			if p.ID == t.ID {
				return map[string]string{"party": p.Party, "addressee": p.Addressee, "stance": string(p.Stance)}[field]
			}
		}
	case "commitment":
		for _, c := range r.rec.Commitments {
			if c.ID == t.ID {
				return DateValue(map[string]*readout.Date{"made": c.Made, "until": c.Until}[field])
			}
		}
	case "response":
		for _, x := range r.rec.Responses {
			if x.ID == t.ID {
				return map[string]string{"party": x.Party, "kind": string(x.Kind)}[field]
			}
		}
	case "report":
		for _, x := range r.rec.Reports {
			if x.ID == t.ID {
				return x.Published.Value
			}
		}
	case "timex":
		for _, x := range r.rec.Timexes {
			if len(t.Evidence) == 1 && x.Report == t.Evidence[0].Report && x.Span == t.Evidence[0].Span {
				return x.Value
			}
		}
	}
	return ""
}
