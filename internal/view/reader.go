package view

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
)

// NoteKind is what a note in the margin of a report tells.
type NoteKind string

// The kinds of a note, in the order in which they stand beside a sentence.
const (
	NoteEvent      NoteKind = "event"
	NoteQuote      NoteKind = "quote"
	NoteClaim      NoteKind = "claim"
	NotePosition   NoteKind = "position"
	NoteResponse   NoteKind = "response"
	NoteCommitment NoteKind = "commitment"
	NoteTime       NoteKind = "time"
	NoteAnomaly    NoteKind = "anomaly"
)

// NoteKinds are all kinds of notes.
var NoteKinds = []NoteKind{NoteEvent, NoteQuote, NoteClaim, NotePosition, NoteResponse, NoteCommitment, NoteTime, NoteAnomaly}

// Reading is a report as its page shows it: its text in paragraphs and
// numbered sentences, with what was read from each beside it.
type Reading struct {
	ReportRow
	Link       string // the original, http or https; "" none
	Paragraphs []Paragraph
	Total      int              // sentences
	Used       int              // sentences that a fact rests on
	Known      bool             // sentences are known; else they are paragraphs
	Counts     map[NoteKind]int // notes by kind
	Nothing    string           // why no facts were read, "" where some were
	Copies     []*readout.Report
	Original   *readout.Report // that it copies, nil none
	Text       string          // where its text comes from, in words
}

// Paragraph is a stretch of sentences.
type Paragraph struct {
	Sentences []ReadSentence
	Noise     string // "heading", "caption", …: furniture of the page; "" the newsroom's text
}

// ReadSentence is a numbered sentence.
type ReadSentence struct {
	N     int
	Span  readout.Span
	Text  string
	Noise string // furniture of the page, which is not read
	Used  bool
	Notes []Note
}

// Note says what was read from a sentence.
type Note struct {
	Kind NoteKind
	Text string // in words
	Ref  string // opens it, "" none
	Path string // the kind of page and id that shows it: "e/v…", "q/s…"; "" none
}

// Reading is the page of a report; ok is false when there is no such report.
func (v *View) Reading(report string) (out Reading, ok bool) {
	i, ok := v.reports[report]
	if !ok {
		return out, false
	}
	r := v.Record.Reports[i]
	out = Reading{ReportRow: v.report(i), Link: webLink(r.URL), Counts: map[NoteKind]int{}, Text: v.OriginWords(report)}
	if o := v.original(report); o != report {
		out.Original = v.Report(o)
	}
	f := v.from(report)
	for _, id := range f.copies {
		if c := v.Report(id); c != nil {
			out.Copies = append(out.Copies, c)
		}
	}
	slices.SortFunc(out.Copies, comparePublished)
	spans, known := v.sentences(report)
	out.Known, out.Total = known, len(spans)
	notes := v.notes(r, spans)
	for i, s := range spans {
		x := ReadSentence{N: i + 1, Span: s, Text: s.In(r.Text), Noise: noiseAt(r, s), Notes: notes[i]}
		for _, n := range notes[i] {
			out.Counts[n.Kind]++
			x.Used = x.Used || n.Kind != NoteTime && n.Kind != NoteAnomaly
		}
		out.Used += b2i(x.Used)
		if i == 0 || strings.ContainsRune(r.Text[spans[i-1].End:max(s.Start, spans[i-1].End)], '\n') || (x.Noise == "") != (out.Paragraphs[len(out.Paragraphs)-1].Noise == "") {
			out.Paragraphs = append(out.Paragraphs, Paragraph{Noise: x.Noise})
		}
		p := &out.Paragraphs[len(out.Paragraphs)-1]
		p.Sentences = append(p.Sentences, x)
	}
	if out.Used == 0 {
		switch {
		case r.Skip != "":
			out.Nothing = r.Skip
		case len(strings.TrimSpace(r.Text)) == 0:
			out.Nothing = "it has no text"
		case len(spans) < 3:
			out.Nothing = fmt.Sprintf("it is only %s long", Count(len(spans), "sentence"))
		default:
			out.Nothing = "it tells of no event, statement or position that Readout knows how to read"
		}
	}
	return out, true
}

// webLink is an address that may be opened, "" for any other.
func webLink(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// notes lists what was read from each sentence of a report.
func (v *View) notes(r *readout.Report, spans []readout.Span) [][]Note {
	out := make([][]Note, len(spans))
	add := func(s readout.Span, n Note) {
		first, _, ok := sentenceAt(spans, s)
		if !ok || slices.Contains(out[first], n) {
			return
		}
		out[first] = append(out[first], n)
	}
	f := v.from(r.ID)
	for _, e := range f.events {
		for _, m := range e.Mentions {
			if m.Report == r.ID {
				add(m.Trigger, Note{NoteEvent, titleAs(e.Title, m.Status), e.ID, "e/" + e.ID})
			}
		}
	}
	for _, s := range f.statements {
		if len(s.Content) == 0 {
			continue
		}
		how := map[readout.StatementKind]string{readout.Direct: "word for word", readout.Mixed: "partly word for word"}[s.Kind]
		text := cmp.Or(v.EntityName(s.Speaker), "Somebody not named") + ", " + cmp.Or(how, "in the reporter’s words")
		if !s.Uttered {
			text += "; not as something that was said"
		}
		add(s.Content[0], Note{NoteQuote, text, s.ID, "q/" + s.ID})
	}
	for _, c := range f.claims {
		if e := v.events[c.Event]; e != nil {
			add(c.Evidence.Span, Note{NoteClaim, AttributeLabel(attributeKey(c)) + ": " + v.Value(c), c.ID, "e/" + e.ID})
		}
	}
	for _, p := range f.positions {
		row := v.position(p)
		text := cmp.Or(row.Party, "Somebody not named") + " " + StanceWords(p.Stance)
		if row.Issue != "" {
			text += ": " + row.Issue
		}
		add(p.Evidence.Span, Note{NotePosition, text, p.ID, ""})
	}
	for _, a := range f.responses {
		row := v.response(a)
		text := cmp.Or(row.Party, "Somebody not named") + " " + answered[a.Kind]
		if row.About != "" {
			text += ": " + shorten(row.About, maxQuote)
		}
		add(a.Evidence.Span, Note{NoteResponse, text, a.ID, ""})
	}
	for _, c := range f.commitments {
		text := cmp.Or(v.EntityName(c.Party), "Somebody not named") + " commits: " + shorten(c.Terms, maxQuote)
		add(c.Evidence.Span, Note{NoteCommitment, text, c.ID, "c/" + c.ID})
	}
	for _, t := range f.timexes {
		add(t.Span, Note{NoteTime, v.timeNote(r, t), "", ""})
	}
	for _, a := range append(slices.Clone(r.Anomalies), defectsOf(v, r.ID)...) {
		for _, e := range a.Evidence {
			if e.Report == r.ID {
				add(e.Span, Note{NoteAnomaly, cmp.Or(a.Note, strings.ReplaceAll(a.Kind, "-", " ")), "", ""})
			}
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i], func(a, b Note) int {
			return cmp.Compare(slices.Index(NoteKinds, a.Kind), slices.Index(NoteKinds, b.Kind))
		})
	}
	return out
}

func defectsOf(v *View, report string) []readout.Anomaly {
	var out []readout.Anomaly
	for _, d := range v.defects[report] {
		out = append(out, d.Anomaly)
	}
	return out
}

// titleAs is a title with how sure a mention is of the event.
func titleAs(title string, s readout.EventStatus) string {
	if w := StatusWords(s); w != "" {
		title += ", " + w
	}
	return title
}

// timeNote says how a time expression was read, and why: "“Friday” is 14 March
// 2031, counted from the day of publication".
func (v *View) timeNote(r *readout.Report, t *readout.Timex) string {
	words := "“" + shorten(t.Span.In(r.Text), maxQuote) + "” is " + timexWords(t)
	switch {
	case t.Basis == "explicit":
		return words + ", as written"
	case t.Function == "publication":
		if d := r.Published.Value; d != "" {
			return words + ", counted from publication on " + MomentWords(d[:min(len(d), 10)])
		}
		return words + ", counted from publication"
	case t.Function == "anchor":
		return words + ", counted from a time told before"
	case t.Function == "speech":
		return words + ", counted from when it was said"
	case t.Basis == "inferred":
		return words + ", worked out from other reports"
	}
	return words
}

// timexWords writes a TIMEX3 value as people do; the value itself where they
// have no way to.
func timexWords(t *readout.Timex) string {
	x := t.Value
	if x == "" {
		return "not fixed to a day"
	}
	if t.Type == "DURATION" {
		if s := periodWords(x); s != "" {
			return s
		}
		return "a length of " + x
	}
	if strings.HasPrefix(x, "X") {
		return "not fixed to a day"
	}
	for in, out := range map[string]string{"PRESENT_REF": "now", "PAST_REF": "some time before", "FUTURE_REF": "some time ahead"} {
		if x == in {
			return out
		}
	}
	day, part, _ := strings.Cut(x, "T")
	parts := map[string]string{"MO": "morning", "MI": "midday", "AF": "afternoon", "EV": "evening", "NI": "night", "DT": "daytime"}
	if p := parts[part]; p != "" {
		return MomentWords(day) + ", " + p
	}
	if w := weekWords(x); w != "" {
		return w
	}
	if year, season, ok := strings.Cut(x, "-"); ok {
		seasons := map[string]string{"SP": "spring", "SU": "summer", "FA": "autumn", "WI": "winter", "Q1": "the first quarter of", "Q2": "the second quarter of", "Q3": "the third quarter of", "Q4": "the fourth quarter of", "H1": "the first half of", "H2": "the second half of"}
		if s := seasons[season]; s != "" {
			return s + " " + year
		}
	}
	return MomentWords(x)
}

// weekWords names the days of an ISO 8601 week: "2031-W11" is "the week of 10
// March 2031", "2031-W11-WE" its weekend; "" for anything else.
func weekWords(x string) string {
	var year, week int
	rest, weekend := strings.CutSuffix(x, "-WE")
	if n, err := fmt.Sscanf(rest, "%4d-W%2d", &year, &week); n != 2 || err != nil || week < 1 || week > 53 || len(rest) != len("2031-W11") {
		return ""
	}
	// 4 January is in the first week of every year.
	day := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
	day = day.AddDate(0, 0, -(int(day.Weekday())+6)%7+7*(week-1))
	if weekend {
		return "the weekend of " + day.AddDate(0, 0, 5).Format("2 January 2006")
	}
	return "the week of " + day.Format("2 January 2006")
}

// periodWords reads an ISO 8601 duration: "PT40M", "P2W", "PT1H15M"; "" when it
// is none.
func periodWords(x string) string {
	body, ok := strings.CutPrefix(x, "P")
	if !ok {
		return ""
	}
	days, clock, _ := strings.Cut(body, "T")
	var parts []string
	for _, p := range []struct {
		text  string
		units map[byte]string
	}{{days, map[byte]string{'Y': "year", 'M': "month", 'W': "week", 'D': "day"}}, {clock, map[byte]string{'H': "hour", 'M': "minute", 'S': "second"}}} {
		for p.text != "" {
			i := strings.IndexFunc(p.text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
			if i < 0 {
				return ""
			}
			n := p.text[:i]
			if n == "" && p.text[0] == 'X' && len(p.text) > 1 {
				n, i = "some", 1
			}
			unit := p.units[p.text[i]]
			if n == "" || unit == "" {
				return ""
			}
			if n != "1" {
				unit = plural(unit)
			}
			parts = append(parts, n+" "+unit)
			p.text = p.text[i+1:]
		}
	}
	return strings.Join(parts, " ")
}
