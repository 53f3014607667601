package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/check"
	"github.com/readout-news/readout/internal/cite"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/query"
)

const (
	maxDraft     = limits.DraftPage // bytes of a draft
	maxDraftForm = maxDraft * 3     // and of its form, in which letters may take three bytes
	atOnce       = 2                // drafts compared at once; more wait
	placesShown  = 2                // of a finding; the rest is folded
)

// draftData is the page of a draft.
type draftData struct {
	Draft, Date string
	Problem     string // why the draft was not compared
	Limit       int    // KB
	Done        bool
	Reports     int
	Differ      []int // numbers of what differs
	Match       int
	Absent      int
	Paragraphs  []draftParagraph
	Spelt       []string // names that are as in the record, not listed one by one
}

type draftParagraph struct {
	Pieces   []draftPiece
	Findings []draftFinding
}

// draftPiece is a stretch of the draft under the same findings.
type draftPiece struct {
	Text  string
	Class string // "ok", "w" (differs), "no" (not in the record), "" nothing
	Ends  []draftMark
}

// draftMark is the number of a finding that ends there.
type draftMark struct {
	N       int
	Verdict check.Verdict
}

type draftFinding struct {
	check.Finding
	First []draftPlace
	More  []draftPlace
}

// draftPlace is a sentence of the record.
type draftPlace struct {
	Before, Hit, After string
	Outlet, Where      string // "14 March 2031, sentence 14"
	Chain              []string
	Href, Ref          string
	Lang               string
	Note               string // the footnote
}

// draft is the empty form.
func (s *Site) draft(r *Request) (Page, error) {
	// Who opens the form is about to need the index, which takes seconds on a
	// large record; the comparison waits for it where it comes sooner.
	go func() { _, _ = s.checker.For(r.Snap.View) }()
	return s.draftPage(r, draftData{}), nil
}

func (s *Site) draftPage(r *Request, d draftData) Page {
	d.Reports, d.Limit = len(r.Snap.Record.Reports), maxDraft>>10
	return Page{Template: "check", Title: "Check a draft", Nav: "check", Data: d}
}

// compareDraft reads a draft and shows it beside the record. Nothing of it is kept,
// and nothing of it goes into the log.
func (s *Site) compareDraft(r *Request) (Page, error) {
	text, date, err := readDraft(r)
	if err != nil {
		return Page{}, err
	}
	d := draftData{Draft: text, Date: date}
	bad := func(status int, format string, args ...any) (Page, error) {
		d.Problem = fmt.Sprintf(format, args...)
		if r.Form != "html" {
			return Page{}, errBad{fmt.Errorf("%s", d.Problem)}
		}
		p := s.draftPage(r, d)
		p.Status, p.Header = status, map[string]string{"Cache-Control": "no-store"}
		return p, nil
	}
	switch {
	case strings.TrimSpace(text) == "":
		return bad(http.StatusBadRequest, "There is no text to compare: paste it, or choose a file.")
	case len(text) > maxDraft:
		d.Draft = ""
		return bad(http.StatusRequestEntityTooLarge, "The draft has %s KB, the limit is %d KB: check it in parts, or use “readout check”, which takes 1,024 KB.", number(len(text)>>10), maxDraft>>10)
	case strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text):
		d.Draft = ""
		return bad(http.StatusBadRequest, "That is no plain text: save the draft as text in UTF-8, or paste it.")
	case date != "" && !query.IsDay(date):
		return bad(http.StatusBadRequest, "“%s” is no day: write it as 2031-03-18, or leave it out.", clip(date, 40))
	}
	select {
	case s.checking <- struct{}{}:
		defer func() { <-s.checking }()
	case <-r.Context().Done():
		return Page{}, r.Context().Err()
	}
	doc, err := s.src.Draft(text, date)
	if err != nil {
		return Page{}, err
	}
	if doc.Report.Skip != "" {
		return bad(http.StatusUnprocessableEntity, "The draft was not compared: %s.", doc.Report.Skip)
	}
	x, err := s.checker.For(r.Snap.View)
	if err != nil {
		return Page{}, err
	}
	res, err := x.Check(doc)
	if err != nil {
		return Page{}, err
	}
	s.fill(&d, r, x, res)
	p := s.draftPage(r, d)
	p.Title, p.Robots, p.Header = "A draft beside the record", "noindex", map[string]string{"Cache-Control": "no-store"}
	if r.Form != "html" {
		p.JSON = x.JSON(res) // a page of a form has no address to fetch it from again
	}
	return p, nil
}

// readDraft takes text and day out of the form: what was pasted, else the file.
func readDraft(r *Request) (text, date string, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxDraftForm)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		err = r.ParseMultipartForm(maxDraftForm) // all of it stays in memory
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return "", "", badForm(err)
	}
	text, date = r.PostFormValue("draft"), strings.TrimSpace(r.PostFormValue("date"))
	if strings.TrimSpace(text) != "" || r.MultipartForm == nil {
		return strings.ReplaceAll(text, "\r\n", "\n"), date, nil
	}
	defer r.MultipartForm.RemoveAll()
	files := r.MultipartForm.File["file"]
	if len(files) == 0 {
		return "", date, nil
	}
	b, err := readPart(files[0])
	if err != nil {
		return "", "", badForm(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n"), date, nil
}

func readPart(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// fill lays findings beside the paragraphs of the draft.
func (s *Site) fill(d *draftData, r *Request, x *check.Index, res *check.Result) {
	d.Done = true
	var shown []check.Finding
	for _, f := range res.Findings {
		switch f.Verdict {
		case check.Match:
			d.Match++
		case check.Absent:
			d.Absent++
		}
		if f.Kind == check.Name && f.Verdict == check.Match && len(f.Sides) == 0 {
			d.Spelt = append(d.Spelt, f.Text)
			continue
		}
		f.N = len(shown) + 1
		if f.Verdict == check.Differs {
			d.Differ = append(d.Differ, f.N)
		}
		shown = append(shown, f)
	}
	for start := 0; start <= len(res.Text); {
		end := len(res.Text)
		if i := strings.IndexByte(res.Text[start:], '\n'); i >= 0 {
			end = start + i
		}
		if strings.TrimSpace(res.Text[start:end]) != "" {
			d.Paragraphs = append(d.Paragraphs, s.paragraph(r, x, res.Text, readout.Span{Start: start, End: end}, shown))
		}
		start = end + 1
	}
}

func (s *Site) paragraph(r *Request, x *check.Index, text string, p readout.Span, findings []check.Finding) (out draftParagraph) {
	cuts := []int{p.Start, p.End}
	var here []check.Finding
	for _, f := range findings {
		if f.Span.Start < p.Start || f.Span.Start >= p.End {
			continue
		}
		f.Span.End = min(f.Span.End, p.End)
		here = append(here, f)
		cuts = append(cuts, f.Span.Start, f.Span.End)
		g := draftFinding{Finding: f}
		for i, pl := range f.Record {
			// What bears a match out is folded; what differs shows its sides.
			if f.Verdict == check.Differs && (i == 0 || i < placesShown && len(f.Sides) > 1) {
				g.First = append(g.First, s.placeOf(r, x, f, pl))
			} else {
				g.More = append(g.More, s.placeOf(r, x, f, pl))
			}
		}
		out.Findings = append(out.Findings, g)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i := 0; i+1 < len(cuts); i++ {
		at := readout.Span{Start: cuts[i], End: cuts[i+1]}
		piece := draftPiece{Text: at.In(text)}
		worst := 0
		for _, f := range here {
			if f.Span.Contains(at) {
				worst = max(worst, map[check.Verdict]int{check.Match: 1, check.Absent: 2, check.Differs: 3}[f.Verdict])
			}
			if f.Span.End == at.End && !f.Span.Empty() {
				piece.Ends = append(piece.Ends, draftMark{f.N, f.Verdict})
			}
		}
		piece.Class = []string{"", "ok", "no", "w"}[worst]
		out.Pieces = append(out.Pieces, piece)
	}
	return out
}

func (s *Site) placeOf(r *Request, x *check.Index, f check.Finding, p check.Place) draftPlace {
	out := draftPlace{
		Before: x.Words(p, readout.Span{Start: p.Sentence.Start, End: max(p.Span.Start, p.Sentence.Start)}), Hit: x.Words(p, p.Span),
		After:  x.Words(p, readout.Span{Start: min(p.Span.End, p.Sentence.End), End: p.Sentence.End}),
		Outlet: r.Snap.OutletName(p.Report), Href: readerPath(p.Report, p.N), Ref: p.Ref,
	}
	path := out.Href
	note := s.footnote(r, p.Report, p.N, p.N, path)
	day := "day not known"
	if rep := r.Snap.Report(p.Report); rep != nil {
		out.Lang = rep.Language
		if rep.Published.Value != "" {
			day = longDay(rep.Published.Value)
		}
	}
	out.Where = known(", ", day, sentenceName(p.N))
	if f.Kind == check.Quotation && len(p.Chain) > 1 {
		out.Chain = p.Chain
	}
	if f.Kind == check.Quotation {
		if q, ok := r.Snap.Statement(p.Ref); ok {
			note = said(r, note, q.Statement, out.Hit)
		}
	}
	out.Note = note.In(cite.Plain)
	return out
}

// badForm words an error of reading a form.
func badForm(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return errBad{fmt.Errorf("the form cannot be read (%s); nothing was stored", cmp.Or(clip(err.Error(), 100), "no reason given"))}
}
