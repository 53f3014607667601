package view

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// SaidOrder is the order of things said.
type SaidOrder string

// The orders of things said.
const (
	SaidNewest   SaidOrder = "newest"   // by the day said, else reported, the last first
	SaidOldest   SaidOrder = "oldest"   // the same, the first first
	SaidCarriers SaidOrder = "carriers" // by independent origins that carry it, most first
)

// said is one thing said: a statement alone, or all that render one utterance.
type said struct {
	utterance  *readout.Utterance // nil for a statement alone
	statements []*readout.Statement
	day        string // said, else first reported; "" neither is known
	origins    int    // independent, among those that have it
}

func (s *said) id() string {
	if s.utterance != nil {
		return s.utterance.ID
	}
	return s.statements[0].ID
}

// newer sorts the newest first.
func (s *said) newer(t *said) int {
	return cmp.Or(-strings.Compare(s.day, t.day), -cmp.Compare(s.origins, t.origins), strings.Compare(s.id(), t.id()))
}

// SaidList are the things said that pass a filter. Nothing is filled in before
// Rows is called.
type SaidList struct {
	v      *View
	groups []*said
}

// SaidRow is one thing said, in all its renderings.
type SaidRow struct {
	ID       string         // of the utterance, or of the statement where no other renders it
	Quote    QuoteRow       // the fullest rendering
	Role     string         // of the speaker then, "" unknown
	To       string         // name of the addressee, ""
	Event    *readout.Event // at which it was said, or nil
	Text     []Segment      // of the fullest rendering; what others have otherwise is marked
	Variants []Rendering    // all, the fullest first
	Differ   int            // renderings with other words inside quotation marks
	Support  Support
}

// Rendering is one of the ways in which a thing said is told.
type Rendering struct {
	VariantRow
	Text   []Segment // with what differs from the fullest marked
	CopyOf string    // outlet from which the report took its text, "" its own
}

// Segment is a stretch of a statement's text; Differs where other renderings
// have other words.
type Segment struct {
	Text    string
	Differs bool
}

// buildSaid groups the statements of a record, the newest first.
func (l *lookup) buildSaid(v *View) {
	rec := v.Record
	at := map[string]*said{}
	for _, u := range rec.Utterances {
		s := &said{utterance: u}
		for _, x := range u.Variants {
			if st := v.statements[x.Statement]; st != nil {
				s.statements = append(s.statements, st)
			}
		}
		if len(s.statements) > 0 {
			at[u.ID] = s
			l.said = append(l.said, s)
		}
	}
	for _, st := range rec.Statements {
		if g := at[st.Utterance]; st.Utterance == "" || g == nil || !slices.Contains(g.statements, st) {
			l.said = append(l.said, &said{statements: []*readout.Statement{st}})
		}
	}
	for _, s := range l.said {
		origins := map[string]bool{}
		told := ""
		for _, st := range s.statements {
			origins[v.Origin(st.Report)] = true
			p := v.published(st.Report)
			if at := past(st.Date, p); at != "" && (s.day == "" || at < s.day) {
				s.day = at
			}
			if p != "" && (told == "" || p < told) {
				told = p
			}
		}
		s.origins = len(origins)
		s.day = cmp.Or(s.day, told)
	}
	slices.SortFunc(l.said, (*said).newer)
	l.groupsBy = map[string][]*said{}
	for _, s := range l.said {
		if who := s.statements[0].Speaker; who != "" {
			l.groupsBy[who] = append(l.groupsBy[who], s)
		}
	}
	l.carried = slices.Clone(l.said)
	slices.SortStableFunc(l.carried, func(a, b *said) int { return -cmp.Compare(a.origins, b.origins) })
}

// Said are the things said of which a rendering passes the filter.
func (v *View) Said(f Filter, order SaidOrder) SaidList {
	l := v.look()
	all := l.said
	if order == SaidCarriers {
		all = l.carried
	}
	if f.By != "" {
		all = nil
		for _, id := range sortedKeys(v.called(f.By)) {
			all = append(all, l.groupsBy[id]...)
		}
		slices.SortFunc(all, func(a, b *said) int {
			if order == SaidCarriers && a.origins != b.origins {
				return b.origins - a.origins
			}
			return a.newer(b)
		})
	}
	out := SaidList{v: v}
	for _, s := range all {
		if slices.ContainsFunc(s.statements, func(st *readout.Statement) bool { return v.statementPasses(st, f) }) {
			out.groups = append(out.groups, s)
		}
	}
	if order == SaidOldest {
		slices.Reverse(out.groups)
	}
	return out
}

// Len is the number of things said.
func (l SaidList) Len() int { return len(l.groups) }

// Differing is the number of things said whose renderings differ inside
// quotation marks.
func (l SaidList) Differing() int {
	n := 0
	for _, s := range l.groups {
		if s.utterance != nil && l.v.look().changed[s.utterance.ID] {
			n++
		}
	}
	return n
}

// Rows fills in at most n of the list, starting with the one at from.
func (l SaidList) Rows(from, n int) []SaidRow { return slices.Collect(l.All(from, n)) }

// All is Rows, each filled in when it is its turn.
func (l SaidList) All(from, n int) iter.Seq[SaidRow] {
	part := l.groups[min(max(from, 0), len(l.groups)):]
	return func(yield func(SaidRow) bool) {
		for _, s := range part[:min(n, len(part))] {
			if !yield(l.v.saidRow(s)) {
				return
			}
		}
	}
}

// SaidAt are the things said at the event of that id, the oldest first.
func (v *View) SaidAt(event string) SaidList {
	out := SaidList{v: v}
	for _, s := range v.look().said {
		if slices.ContainsFunc(s.statements, func(st *readout.Statement) bool { return st.Event == event }) {
			out.groups = append(out.groups, s)
		}
	}
	slices.Reverse(out.groups)
	return out
}

// saying is the utterance of that id, nil none. An utterance goes by its fullest
// rendering, and a fuller one may come: the id that any of them gives leads to it.
func (v *View) saying(id string) *readout.Utterance {
	if u := v.index().utterances[id]; u != nil {
		return u
	}
	v.lazy.formerOnce.Do(func() {
		v.lazy.former = map[string]*readout.Utterance{}
		for _, u := range v.Record.Utterances {
			for _, x := range u.Variants {
				v.lazy.former[readout.UtteranceID(x.Statement)] = u
			}
		}
	})
	return v.lazy.former[id]
}

// SaidOne is the thing said that the id of an utterance or of one of its
// statements names; ok is false when there is none.
func (v *View) SaidOne(id string) (row SaidRow, ok bool) {
	if s := v.statements[id]; s != nil {
		if u := v.index().utterances[s.Utterance]; u != nil {
			return v.SaidOne(u.ID)
		}
		return v.saidRow(v.alone(s)), true
	}
	u := v.saying(id)
	if u == nil {
		return row, false
	}
	for _, s := range v.look().groupsBy[u.Speaker] {
		if s.utterance == u {
			return v.saidRow(s), true
		}
	}
	for _, s := range v.look().said {
		if s.utterance == u {
			return v.saidRow(s), true
		}
	}
	return row, false
}

func (v *View) alone(s *readout.Statement) *said {
	return &said{statements: []*readout.Statement{s}, origins: 1}
}

func (v *View) saidRow(s *said) SaidRow {
	full := s.statements[0]
	row := SaidRow{ID: s.id(), Quote: v.quote(full), To: v.EntityName(full.Addressee), Event: v.events[full.Event], Role: v.Role(full.Speaker, v.saidOn(full))}
	var ev []readout.Evidence
	for _, st := range s.statements {
		ev = append(ev, statementEvidence(st))
	}
	row.Support = v.support(ev)
	if s.utterance == nil {
		row.Text = marked(v, full, nil)
		row.Variants = []Rendering{{VariantRow: VariantRow{Variant: readout.Variant{Statement: full.ID, Kind: "fullest"}, Quote: row.Quote}, Text: row.Text, CopyOf: v.copyOf(full.Report)}}
		return row
	}
	var others []readout.Span
	for _, x := range v.utterance(s.utterance).Variants {
		r := Rendering{VariantRow: x, CopyOf: v.copyOf(x.Quote.Statement.Report)}
		var own []readout.Span
		for _, c := range x.Variant.Changes {
			own = append(own, c.Variant)
			others = append(others, c.Fullest)
		}
		if len(own) > 0 {
			row.Differ++
		}
		r.Text = marked(v, x.Quote.Statement, own)
		row.Variants = append(row.Variants, r)
	}
	row.Text = marked(v, full, others)
	row.Variants[0].Text = row.Text
	return row
}

// saidOn is the day of a statement, else that of its report, "" unknown.
func (v *View) saidOn(s *readout.Statement) string {
	p := v.published(s.Report)
	return cmp.Or(past(s.Date, p), p)
}

func statementEvidence(s *readout.Statement) readout.Evidence {
	e := readout.Evidence{Report: s.Report}
	if len(s.Content) > 0 {
		e.Span = readout.Span{Start: s.Content[0].Start, End: s.Content[len(s.Content)-1].End}
	}
	return e
}

// copyOf is the outlet or agency whose text a report has, "" its own.
func (v *View) copyOf(report string) string {
	i, ok := v.reports[report]
	if !ok || i >= len(v.Record.Origins) {
		return ""
	}
	switch o := v.Record.Origins[i]; o.Kind {
	case "copy":
		return v.OutletName(o.Of)
	case "wire":
		if o.Of != o.Outlet {
			return v.EntityName(o.Of)
		}
	}
	return ""
}

// marked cuts the text of a statement where spans lie in its report.
func marked(v *View, s *readout.Statement, spans []readout.Span) []Segment {
	r := v.Report(s.Report)
	if r == nil {
		return []Segment{{Text: s.Text}}
	}
	var out []Segment
	add := func(text string, differs bool) {
		if n := len(out); n > 0 && out[n-1].Differs == differs {
			out[n-1].Text += text
			return
		}
		out = append(out, Segment{text, differs})
	}
	for i, piece := range s.Content {
		if piece.Start < 0 || piece.End > len(r.Text) || piece.Start > piece.End {
			return []Segment{{Text: s.Text}}
		}
		if i > 0 {
			add(" … ", false)
		}
		for _, x := range Cut(r.Text, piece, spans) {
			add(x.Text, x.Hit)
		}
	}
	return out
}

// saidAt reports whether the words of at tell where or on what occasion s was
// said.
func (v *View) saidAt(s *readout.Statement, at string) bool {
	if at == "" || at == s.Event {
		return true
	}
	if s.Event == "" && s.Medium == "" {
		return false
	}
	l := v.look()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil || l.at[at] == nil && len(l.at) >= maxAsked {
		l.at = map[string]map[string]bool{}
	}
	if l.at[at] == nil {
		l.at[at] = map[string]bool{}
	}
	where := s.Event + "\n" + s.Medium
	known, ok := l.at[at][where]
	if !ok {
		texts := []string{cmp.Or(v.EntityName(s.Medium), s.Medium)}
		if e := v.events[s.Event]; e != nil {
			texts = append(texts, e.Title, e.Mode, v.EntityName(e.Place), dateWords(e.Date))
		}
		known = holds(at, texts...)
		l.at[at][where] = known
	}
	return known
}
