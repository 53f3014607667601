package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/readout-news/readout"
)

// Opened is what a reference names: the sentences it rests on, report by
// report.
type Opened struct {
	Ref         string
	Title       string         // what the sentences bear out
	Note        string         // more of it in words, "" none
	Event       *readout.Event // that it is about, nil for none
	Reports     []OpenedReport // independent ones first, copies after; each by publication, the undated last
	Sentences   int            // passages in independent reports
	Copied      int            // passages in reports that copy one of them
	Independent int            // independent origins
}

// OpenedReport is one report with the passages that a reference rests on.
type OpenedReport struct {
	Report    *readout.Report
	Outlet    string
	Copy      bool   // of another report listed here: it is no second witness
	Text      string // where its text comes from, in words
	Sentences []OpenedSentence
	Total     int  // sentences of the report
	Known     bool // sentences are known; else N, Last and Total count paragraphs
}

// OpenedSentence is a passage: the sentences that hold evidence, with their
// neighbours. Several facts that rest on one sentence share it.
type OpenedSentence struct {
	N, Last       int // first and last sentence, counted from 1
	Span          readout.Span
	Before, After string // neighbours, "" none
	Pieces        []Piece
	Chain         []string // who tells it, the outlet last
	Facts         []string // ids
	By            []readout.By
}

// Piece is a stretch of a passage; Hit marks the very words of the evidence.
type Piece struct {
	Text string
	Hit  bool
}

// Text is the passage as it stands in the report.
func (s OpenedSentence) Text() string {
	var b strings.Builder
	for _, p := range s.Pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Where names the passage: "sentence 14 of 31", "sentences 14–16 of 31", or
// paragraphs where sentences are unknown.
func (r OpenedReport) Where(s OpenedSentence) string {
	unit := "sentence"
	if !r.Known {
		unit = "paragraph"
	}
	if s.Last > s.N {
		return fmt.Sprintf("%ss %d–%d of %d", unit, s.N, s.Last, r.Total)
	}
	return fmt.Sprintf("%s %d of %d", unit, s.N, r.Total)
}

// Anchor is the fragment of the passage on the report's page.
func (s OpenedSentence) Anchor() string {
	if s.Last > s.N {
		return fmt.Sprintf("s%d-%d", s.N, s.Last)
	}
	return fmt.Sprintf("s%d", s.N)
}

// ByWords says in words who made a decision: annotator, version and rule.
func ByWords(by readout.By) string {
	if by.Annotator == "" {
		return "how it was read is not recorded"
	}
	s := "annotator " + by.Annotator
	if by.Version != "" {
		s += ", version " + by.Version
	}
	if by.Rule != "" {
		s += ", rule " + by.Rule
	}
	return s
}

// witness is one place that a reference rests on.
type witness struct {
	report string
	spans  []readout.Span // of the words
	whole  readout.Span   // what has to be shown with them; empty: the spans
	chain  []readout.ChainLink
	fact   string
	by     readout.By
}

func witnessed(fact string, e readout.Evidence, chain []readout.ChainLink) witness {
	return witness{report: e.Report, spans: []readout.Span{e.Span}, chain: chain, fact: fact, by: e.By}
}

func (v *View) statementWitness(s *readout.Statement) witness {
	w := witness{report: s.Report, spans: s.Content, chain: s.Chain, fact: s.ID, by: s.By}
	if len(s.Content) == 0 {
		return w
	}
	w.whole = readout.Span{Start: s.Content[0].Start, End: s.Content[len(s.Content)-1].End}
	for _, x := range []*readout.Span{s.Cue, s.Source} {
		if x != nil {
			w.whole.Start, w.whole.End = min(w.whole.Start, x.Start), max(w.whole.End, x.End)
		}
	}
	return w
}

// maxPassage bounds the sentences that one piece of evidence opens: a source
// named far from its words is not shown with all between.
const maxPassage = 6

// Open returns the sentences that ref rests on. A ref is the id of a fact, a
// report or an entity, or that of an event with a part of its page (see
// openPart) or of an entity with a part of its (see openEntity); several ids with
// commas between are opened together. The error wraps readout.ErrNotFound.
func (v *View) Open(ref string) (Opened, error) {
	id, part, of := ref, "", ""
	if i := strings.IndexByte(ref, '.'); i >= 0 {
		id, part = ref[:i], ref[i+1:]
		part, of, _ = strings.Cut(part, ".")
	}
	out := Opened{Ref: ref}
	var ws []witness
	var err error
	switch e := v.entities[id]; {
	case part == "" && strings.Contains(ref, "."):
		err = fmt.Errorf("it names no part of the page: %w", readout.ErrNotFound)
	case part != "" && e != nil:
		ws, err = v.openEntity(&out, e, part, of)
	case part != "":
		ws, err = v.openPart(&out, id, part, of)
	case strings.Contains(id, ","):
		ws, err = v.openList(&out, strings.Split(id, ","))
	default:
		ws, err = v.openFact(&out, id)
	}
	if err != nil {
		return Opened{}, fmt.Errorf("open %q: %w", ref, err)
	}
	v.gather(&out, ws)
	if len(out.Reports) == 0 {
		return Opened{}, fmt.Errorf("open %q: no sentence of the record bears it out: %w", ref, readout.ErrNotFound)
	}
	return out, nil
}

// openFact lists what the fact of that id rests on.
func (v *View) openFact(out *Opened, id string) ([]witness, error) {
	if r := v.Report(id); r != nil {
		out.Title = cmp.Or(r.Title, v.OutletName(id))
		if w, ok := v.opening(r); ok {
			return []witness{w}, nil
		}
		return nil, fmt.Errorf("the report has no text: %w", readout.ErrNotFound)
	}
	if e := v.events[id]; e != nil {
		out.Title, out.Event = e.Title, e
		return v.mentionWitnesses(e), nil
	}
	if e := v.entities[id]; e != nil {
		out.Title = e.Name
		return v.namings(out, e), nil
	}
	if s := v.statements[id]; s != nil {
		out.Title = statementTitle(v.quote(s))
		out.Event = v.events[s.Event]
		return []witness{v.statementWitness(s)}, nil
	}
	if c := v.claims[id]; c != nil {
		e := v.events[c.Event]
		out.Event = e
		out.Title = v.columnOf(c, BySpeaker).Name + ": " + v.Value(c)
		if e != nil {
			out.Note = v.question(e, attributeKey(c), []*readout.Claim{c})
		}
		return []witness{witnessed(id, c.Evidence, c.Chain)}, nil
	}
	if p := v.positions[id]; p != nil {
		row := v.position(p)
		out.Title, out.Event = positionLine(row), v.events[p.Event]
		return []witness{witnessed(id, p.Evidence, p.Chain)}, nil
	}
	if r := v.responses[id]; r != nil {
		row := v.response(r)
		out.Title, out.Event = cmp.Or(row.Party, "Somebody not named")+" "+answered[r.Kind], v.events[r.Event]
		out.Note = row.About
		return []witness{witnessed(id, r.Evidence, r.Chain)}, nil
	}
	if x := v.issues[id]; x != nil {
		out.Title = x.Name
		var ws []witness
		for _, p := range x.Positions {
			if p := v.positions[p]; p != nil {
				ws = append(ws, witnessed(p.ID, p.Evidence, p.Chain))
			}
		}
		return ws, nil
	}
	x := v.index()
	if u := v.saying(id); u != nil {
		var ws []witness
		for _, y := range u.Variants {
			if s := v.statements[y.Statement]; s != nil {
				if len(ws) == 0 {
					out.Title = statementTitle(v.quote(s))
					out.Event = v.events[s.Event]
				}
				ws = append(ws, v.statementWitness(s))
			}
		}
		return ws, nil
	}
	if c := x.commitment[id]; c != nil {
		out.Title = cmp.Or(v.EntityName(c.Party), "Somebody not named") + " commits: " + c.Terms
		var chain []readout.ChainLink
		if p := v.positions[c.Position]; p != nil {
			chain = p.Chain
		}
		ws := []witness{witnessed(id, c.Evidence, chain)}
		for _, b := range c.Violations {
			var chain []readout.ChainLink
			if p := v.positions[b.Position]; p != nil {
				chain = p.Chain
			}
			ws = append(ws, witnessed(b.Position, b.Evidence, chain))
			for _, d := range b.DeniedBy {
				if r := v.responses[d]; r != nil {
					ws = append(ws, witnessed(r.ID, r.Evidence, r.Chain))
				}
			}
		}
		return ws, nil
	}
	if t := x.threads[id]; t != nil {
		out.Title = t.Title
		var ws []witness
		for _, id := range t.Events {
			if e := v.events[id]; e != nil {
				ws = append(ws, v.mentionWitnesses(e)...)
			}
		}
		return ws, nil
	}
	return nil, fmt.Errorf("no fact has that id: %w", readout.ErrNotFound)
}

// opening is the first sentence of a report that is its own text or headline.
func (v *View) opening(r *readout.Report) (w witness, ok bool) {
	spans, _ := v.sentences(r.ID)
	for _, s := range spans {
		if n := noiseAt(r, s); n == "" || n == "title" {
			return witness{report: r.ID, spans: []readout.Span{s}, fact: r.ID}, true
		}
	}
	return w, false
}

func (v *View) mentionWitnesses(e *readout.Event) []witness {
	var ws []witness
	for _, m := range e.Mentions {
		ws = append(ws, witness{report: m.Report, spans: []readout.Span{m.Trigger}, whole: m.Span, fact: e.ID, by: m.By})
	}
	return ws
}

// gather groups witnesses by report and passage.
func (v *View) gather(out *Opened, ws []witness) {
	by := map[string][]witness{}
	var order []string
	for _, w := range ws {
		if len(w.spans) == 0 || v.Report(w.report) == nil {
			continue
		}
		if by[w.report] == nil {
			order = append(order, w.report)
		}
		by[w.report] = append(by[w.report], w)
	}
	origins := map[string]bool{}
	for _, id := range order {
		r := v.openReport(id, by[id])
		if len(r.Sentences) == 0 {
			continue
		}
		o := v.Record.Origins
		if i := v.reports[id]; i < len(o) && o[i].Kind == "copy" && by[v.original(id)] != nil && v.original(id) != id {
			r.Copy = true
			out.Copied += len(r.Sentences)
		} else {
			out.Sentences += len(r.Sentences)
		}
		origins[v.Origin(id)] = true
		out.Reports = append(out.Reports, r)
	}
	out.Independent = len(origins)
	slices.SortStableFunc(out.Reports, func(a, b OpenedReport) int {
		return cmp.Or(cmp.Compare(b2i(a.Copy), b2i(b.Copy)), comparePublished(a.Report, b.Report))
	})
}

// comparePublished orders reports by the moment of publication, the undated last, then by id.
func comparePublished(a, b *readout.Report) int {
	x, y := a.Published.Value, b.Published.Value
	return cmp.Or(cmp.Compare(b2i(x == ""), b2i(y == "")), readout.ComparePublished(x, y), strings.Compare(a.ID, b.ID))
}

// original is the report that a copy was copied from, in the end; the report
// itself when it is no copy.
func (v *View) original(report string) string {
	for range v.Record.Reports {
		i, ok := v.reports[report]
		if !ok || i >= len(v.Record.Origins) || v.Record.Origins[i].Kind != "copy" || v.Record.Origins[i].Of == report {
			break
		}
		report = v.Record.Origins[i].Of
	}
	return report
}

func (v *View) openReport(id string, ws []witness) OpenedReport {
	r := v.Report(id)
	sentences, known := v.sentences(id)
	out := OpenedReport{Report: r, Outlet: v.OutletName(id), Text: v.OriginWords(id), Total: len(sentences), Known: known}
	slices.SortStableFunc(ws, func(a, b witness) int { return a.spans[0].Compare(b.spans[0]) })
	type passage struct {
		first, last int
		ws          []witness
	}
	var ps []passage
	for _, w := range ws {
		whole := readout.Span{Start: w.spans[0].Start, End: w.spans[len(w.spans)-1].End}
		first, last, ok := sentenceAt(sentences, whole)
		if !ok {
			continue
		}
		if !w.whole.Empty() {
			if f, l, ok := sentenceAt(sentences, w.whole); ok && l-f < maxPassage {
				first, last = min(first, f), max(last, l)
			}
		}
		last = min(last, first+maxPassage)
		if n := len(ps); n > 0 && first <= ps[n-1].last && last-ps[n-1].first <= maxPassage {
			ps[n-1].first, ps[n-1].last = min(ps[n-1].first, first), max(ps[n-1].last, last)
			ps[n-1].ws = append(ps[n-1].ws, w)
			continue
		}
		ps = append(ps, passage{first, last, []witness{w}})
	}
	for _, p := range ps {
		s := OpenedSentence{N: p.first + 1, Last: p.last + 1, Span: readout.Span{Start: sentences[p.first].Start, End: sentences[p.last].End}}
		if p.first > 0 {
			s.Before = neighbour(r, sentences[p.first-1], false)
		}
		if p.last+1 < len(sentences) {
			s.After = neighbour(r, sentences[p.last+1], true)
		}
		var hits []readout.Span
		for _, w := range p.ws {
			hits = append(hits, w.spans...)
			if !slices.Contains(s.Facts, w.fact) {
				s.Facts = append(s.Facts, w.fact)
			}
			if !slices.Contains(s.By, w.by) && w.by != (readout.By{}) {
				s.By = append(s.By, w.by)
			}
			if c := v.Chain(w.chain, id); len(c) > len(s.Chain) {
				s.Chain = c
			}
		}
		s.Pieces = Cut(r.Text, s.Span, hits)
		out.Sentences = append(out.Sentences, s)
	}
	return out
}

// Cut splits the text of a span where hits begin and end. Hits may come in any
// order, overlap and reach beyond the span.
func Cut(text string, span readout.Span, hits []readout.Span) []Piece {
	hits = slices.SortedFunc(slices.Values(hits), readout.Span.Compare)
	var out []Piece
	add := func(a, b int, hit bool) {
		if a < b {
			out = append(out, Piece{text[a:b], hit})
		}
	}
	at := span.Start
	for _, h := range hits {
		start, end := max(h.Start, at), min(h.End, span.End)
		if start >= end {
			continue
		}
		add(at, start, false)
		add(start, end, true)
		at = end
	}
	add(at, span.End, false)
	return out
}

// noiseAt is the reason for which a stretch of a report is furniture, "" when
// it is the report's own text.
func noiseAt(r *readout.Report, s readout.Span) string {
	i, _ := slices.BinarySearchFunc(r.Noise, s.Start, func(n readout.Noise, at int) int {
		if n.Span.End <= at {
			return -1
		}
		return 1
	})
	if i < len(r.Noise) && r.Noise[i].Span.Overlaps(s) {
		return r.Noise[i].Reason
	}
	return ""
}

// neighbour is the text of a sentence beside a passage, cut at maxContext; ""
// for furniture of the page.
func neighbour(r *readout.Report, s readout.Span, after bool) string {
	if noiseAt(r, s) != "" {
		return ""
	}
	t := s.In(r.Text)
	if len(t) <= maxContext {
		return t
	}
	if after {
		t = t[:maxContext]
		if i := strings.LastIndexByte(t, ' '); i > 0 {
			t = t[:i]
		}
		return strings.ToValidUTF8(t, "") + " …"
	}
	t = t[len(t)-maxContext:]
	if i := strings.IndexByte(t, ' '); i >= 0 {
		t = t[i+1:]
	}
	return "… " + strings.ToValidUTF8(t, "")
}

// OriginWords says where the text of a report comes from: "Own reporting",
// "94 % of its 5-word shingles in Harbour Wire", "Credits Agence
// France-Presse".
func (v *View) OriginWords(report string) string {
	i, ok := v.reports[report]
	if !ok || i >= len(v.Record.Origins) {
		return ""
	}
	switch o := v.Record.Origins[i]; o.Kind {
	case "copy":
		s := "Republishes " + v.OutletName(o.Of)
		if p, _, ok := strings.Cut(o.Why, "%"); ok {
			s = strings.TrimSpace(p) + "% " + v.OutletName(o.Of)
		}
		return s + ", not counted again"
	case "wire":
		if n := v.EntityName(o.Of); n != "" {
			return "Credits " + n
		}
		return "Credits an agency"
	}
	return "Own reporting"
}

// answered says what a party does by a response.
var answered = map[readout.ResponseKind]string{
	readout.Confirms: "confirms", readout.Denies: "denies", readout.Neither: "neither confirms nor denies", readout.Declines: "declines to comment",
	readout.NoAnswer: "did not answer", readout.Unavailable: "could not be reached", readout.Acknowledges: "acknowledges",
}

func statementTitle(q QuoteRow) string {
	who := cmp.Or(q.Speaker, "Somebody not named")
	if q.Statement.Kind == readout.Direct {
		return who + ", word for word"
	}
	if q.Statement.Kind == readout.Mixed {
		return who + ", partly word for word"
	}
	return who + ", in the reporter’s words"
}
