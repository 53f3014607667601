package decide

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/store"
)

// Load reads the log of a store and finds what follows from it for the reports
// that the store has. more are decisions that are not noted (yet), as if they
// were: for showing what the record would be.
func Load(ctx context.Context, s store.Store, opts Options, more ...readout.Decision) (*Desk, error) {
	list, err := s.Decisions(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, d := range more {
		d.Seq = int64(len(list) + 1)
		list = append(list, d)
	}
	if len(list) == 0 {
		return New(nil, opts), nil
	}
	if opts.Find == nil {
		f := &finder{ctx: ctx, s: s, texts: map[string]*text{}, articles: map[string][]string{}}
		if f.newer, err = s.Superseded(ctx, time.Time{}); err != nil {
			return nil, err
		}
		f.several = map[string]bool{}
		for was, now := range f.newer {
			f.several[was], f.several[now] = true, true
		}
		opts.Find = f.find
		d := New(list, opts)
		return d, f.err
	}
	return New(list, opts), nil
}

// finder finds anchors in the reports of a store.
type finder struct {
	ctx      context.Context
	s        store.Store
	newer    map[string]string   // report that was replaced → the one that stands
	several  map[string]bool     // reports whose article has several versions
	articles map[string][]string // report → others of its article
	texts    map[string]*text
	err      error // the first that is not "not found"
}

// text is what is known of one report.
type text struct {
	text      string
	sentences []readout.Span
	there     bool
}

func (f *finder) text(id string) *text {
	if t := f.texts[id]; t != nil {
		return t
	}
	t := &text{}
	f.texts[id] = t
	r, err := f.s.Report(f.ctx, id)
	if err == nil {
		t.text, t.there = r.Text, true
		t.sentences, err = f.s.Sentences(f.ctx, id)
	}
	if err != nil && !errors.Is(err, readout.ErrNotFound) && f.err == nil {
		f.err = err
	}
	return t
}

func (f *finder) find(a readout.Anchor) (at []readout.Anchor, now int, why string) {
	if !f.several[a.Report] {
		return []readout.Anchor{a}, 0, "" // whether it is there is seen when it is linked
	}
	was := f.text(a.Report)
	if !was.there {
		return nil, -1, fmt.Sprintf("report %s is not in this store", a.Report)
	}
	if a.Span.End > len(was.text) || a.Text != "" && a.Span.In(was.text) != a.Text {
		return nil, -1, fmt.Sprintf("report %s has other words where %q stood", a.Report, short(a.Text))
	}
	at = []readout.Anchor{a}
	current := f.newer[a.Report]
	if current == "" {
		current = a.Report
	}
	now = -1
	if current == a.Report {
		now = 0
	}
	for _, id := range f.versions(a.Report) {
		t := f.text(id)
		if !t.there {
			continue
		}
		moved, ok := a, true
		if !a.Span.Empty() || !a.Trigger.Empty() {
			moved, ok = Moved(was.text, was.sentences, t.text, t.sentences, a)
		} // else the report itself
		if !ok {
			continue
		}
		if moved.Report = id; id == current {
			now = len(at)
		}
		at = append(at, moved)
	}
	if now < 0 {
		why = fmt.Sprintf("report %s, which replaced %s, has not the sentence of %q any more", current, a.Report, short(a.Text))
	}
	return at, now, why
}

// versions are the other reports of the article of a report.
func (f *finder) versions(id string) []string {
	if out, ok := f.articles[id]; ok {
		return out
	}
	list, err := f.s.Versions(f.ctx, id)
	if err != nil && !errors.Is(err, readout.ErrNotFound) && f.err == nil {
		f.err = err
	}
	var out []string
	for _, v := range list {
		if v.Report != id && !slices.Contains(out, v.Report) {
			out = append(out, v.Report)
		}
	}
	f.articles[id] = out
	return out
}

func short(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// Moved finds an anchor of one text in another by the words of the sentences in
// which it lies, which have to be whole ones there, too; where they stand there
// several times it is the same time as in the first. Sentences may be nil: of the
// first text then only its own words count, of the other they may stand anywhere.
func Moved(was string, sentences []readout.Span, now string, there []readout.Span, a readout.Anchor) (readout.Anchor, bool) {
	all := a.Span
	if !a.Trigger.Empty() {
		all = readout.Span{Start: min(all.Start, a.Trigger.Start), End: max(all.End, a.Trigger.End)}
	}
	if all.Start < 0 || all.End > len(was) {
		return a, false
	}
	whole := false
	for _, s := range sentences {
		if s.Overlaps(all) && s.End <= len(was) {
			all = readout.Span{Start: min(all.Start, s.Start), End: max(all.End, s.End)}
			whole = true
		}
	}
	words := all.In(was)
	if strings.TrimSpace(words) == "" {
		return a, false
	}
	if !whole {
		sentences, there = nil, nil
	}
	before := len(places(was[:all.Start], sentences, words)) // whole ones
	found := places(now, there, words)
	if len(found) == 0 {
		return a, false
	}
	shift := found[min(before, len(found)-1)] - all.Start
	a.Span.Start, a.Span.End = a.Span.Start+shift, a.Span.End+shift
	if !a.Trigger.Empty() {
		a.Trigger.Start, a.Trigger.End = a.Trigger.Start+shift, a.Trigger.End+shift
	}
	return a, true
}

// places are where words begin in a text: where they are whole sentences, if
// there are any.
func places(text string, sentences []readout.Span, words string) (out []int) {
	edge := func(f func(readout.Span) bool) bool { return len(sentences) == 0 || slices.ContainsFunc(sentences, f) }
	for from := 0; ; {
		k := strings.Index(text[from:], words)
		if k < 0 {
			return out
		}
		at := from + k
		from = at + 1
		if edge(func(s readout.Span) bool { return s.Start == at }) && edge(func(s readout.Span) bool { return s.End == at+len(words) }) {
			out, from = append(out, at), at+len(words)
		}
	}
}
