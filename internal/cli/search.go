package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	answers "github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/internal/search"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/view"
)

// linkTime bounds how long a command waits until a past state is linked.
const linkTime = 24 * time.Hour

// snapshot is the state of the record that a command asks for: of paths, kept
// in --db or in a store that is thrown away, else of the store. done must be
// called; refused is errRefused when inputs were refused.
func (a *app) snapshot(ctx context.Context, paths []string) (snap *live.Snapshot, done func() error, refused, err error) {
	if err := a.checkMoment(); err != nil {
		return nil, nil, nil, err
	}
	db, dir := a.store(), ""
	if len(paths) > 0 && a.db == "" {
		if dir, err = os.MkdirTemp("", "readout-search-"); err != nil {
			return nil, nil, nil, err
		}
		db = filepath.Join(dir, "readout.db")
	}
	var s store.Store
	var src *live.Source
	closed := func() error {
		var err error
		if src != nil {
			src.Close()
		}
		if s != nil {
			err = s.Close()
		}
		if dir != "" {
			err = errors.Join(err, os.RemoveAll(dir))
		}
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, closed())
		}
	}()
	if s, err = a.openStore(ctx, db, len(paths) > 0); isMissing(err) && len(paths) == 0 {
		return nil, nil, nil, errNoStore(db)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if len(paths) > 0 {
		r, err := a.reader()
		if err != nil {
			return nil, nil, nil, err
		}
		var res *pipeline.Result
		if res, refused, err = a.read(ctx, r, paths, s); err != nil {
			return nil, nil, nil, err
		}
		if err := a.relink(ctx, r, db, s, res.Refusals); err != nil {
			return nil, nil, nil, err
		}
	}
	if src, err = live.New(ctx, s, live.Options{Wait: linkTime, Workers: a.source.workers, Now: a.env.Now}); err != nil {
		return nil, nil, nil, err
	}
	snap, err = src.At(ctx, a.asOf)
	return snap, closed, refused, err
}

func (a *app) searchCommand() *cobra.Command {
	p := query.Params{}
	cmd := &cobra.Command{
		Use:   "search WORDS… [PATH…]",
		Short: "Find events, quotes, people and reports by words",
		Long: `Find events, quotes, people and the text of reports by words. All words have to
be there, in any form (talk, talks, talked). Put "quotation marks" around words
that have to stand so, * behind a beginning, - before what is to be left out.

` + operatorHelp() + `
A value with spaces goes in quotation marks. In a shell, put the whole query in
single ones. Without PATH the store is asked.`,
		Example: "  readout search 'lake levels' examples/lake-ansa\n  readout search --db desk.db 'by:maren \"walked out\" after:\"early March 2031\"'\n  readout search --db desk.db --in quotes --limit 50 boats",
		Args:    atLeast(1, "words"),
		RunE: func(cmd *cobra.Command, args []string) error {
			words, paths := wordsFirst(args)
			p.Q = strings.Join(words, " ")
			q, err := search.Parse(p.Q)
			if err != nil {
				return usageError{fmt.Errorf("search %q: %w", p.Q, err)}
			}
			if p.In != "" {
				if q.In, err = search.Sorts(p.In); err != nil {
					return usageError{fmt.Errorf("--in %q: %w", p.In, err)}
				}
			}
			if p.Limit < 0 || p.Limit > store.MaxHits {
				return usageError{fmt.Errorf("--limit %d: give a number from 1 to %d", p.Limit, store.MaxHits)}
			}
			if a.all {
				p.Limit = store.MaxHits
			}
			snap, done, refused, err := a.snapshot(cmd.Context(), paths)
			if err != nil {
				return err
			}
			defer done() //nolint:errcheck // what was asked is answered; the store was only read
			ans := answers.From(snap)
			if a.json {
				out, err := ans.Search(cmd.Context(), p)
				if err != nil {
					return err
				}
				return errors.Join(a.printJSON(out), refused)
			}
			res, err := search.Run(cmd.Context(), ans.SearchSource(), q, search.Options{Limit: p.Limit})
			if err != nil {
				return err
			}
			t := a.term()
			renderSearch(t, snap, res)
			return errors.Join(t.err, refused)
		},
	}
	a.outFlags(cmd)
	a.source.add(cmd)
	a.dbFlag(cmd)
	cmd.Flags().StringVar(&p.In, "in", "", "only events, quotes, people or text; several with commas")
	cmd.Flags().IntVar(&p.Limit, "limit", 0, "most hits of each kind (0: 10)")
	return cmd
}

// operatorHelp lists the operators.
func operatorHelp() string {
	var b strings.Builder
	for _, o := range search.Operators {
		fmt.Fprintf(&b, "  %-28s %s\n", o.Example, o.Doc)
	}
	return b.String()
}

// wordsFirst parts the words of a query from the files and folders that follow.
func wordsFirst(args []string) (words, paths []string) {
	n := len(args)
	for n > 1 {
		if _, err := os.Stat(args[n-1]); err != nil && args[n-1] != "-" {
			break
		}
		n--
	}
	return args[:n], args[n:]
}

func renderSearch(t *terminal, snap *live.Snapshot, res search.Result) {
	v := snap.View
	for _, n := range res.Notes {
		t.line("", 0, styleDim.Render("note: "+clean(n.Text)))
	}
	if n, _ := res.Total(); n == 0 {
		what := count(res.Reports, "report")
		if !snap.LastRead.IsZero() {
			what += ", the last read in on " + isoDate(snap.LastRead.UTC().Format("2006-01-02T15:04Z"))
		}
		t.line("", 0, "Not in the record. Searched: "+what+".")
	}
	for _, m := range res.Missing {
		line := fmt.Sprintf("Nothing in the record has “%s”.", clean(m.Text))
		if m.Op != "" {
			line = fmt.Sprintf("Nothing in the record fits %s:%s.", m.Op, clean(m.Text))
		}
		near := m.Near
		if len(m.Names) > 0 {
			near = m.Names
		}
		if len(near) > 0 {
			line += " Is it one of these: " + clean(strings.Join(near, ", ")) + "?"
		}
		t.line("", 0, line)
	}
	if res.Suggest != "" {
		t.line("", 0, "Did you mean: "+clean(res.Suggest))
	}
	for _, k := range res.Searched {
		switch k {
		case store.KindEvent:
			heading(t, "Events", res.Events)
			if len(res.Events.Hits) > 0 {
				var rows []view.EventRow
				for _, h := range res.Events.Hits {
					rows = append(rows, h.EventRow)
				}
				renderTimeline(t, v, rows)
			}
		case store.KindStatement:
			heading(t, "Quotes", res.Quotes)
			for _, h := range res.Quotes.Hits {
				name := clean(h.Speaker)
				if name == "" {
					name = "Nobody the report names"
				}
				t.line("", 0, styleName.Render(name))
				renderQuote(t, h.QuoteRow)
			}
		case store.KindEntity:
			heading(t, "People, bodies and places", res.People)
			for _, h := range res.People.Hits {
				note := string(h.Kind)
				if h.Role != "" {
					note = h.Role
				}
				if h.As != "" {
					note = "also " + h.As + ", " + note
				}
				t.line("", 2, styleName.Render(clean(h.Entity.Name))+"  "+styleDim.Render(clean(note)+"  "+count(h.Mentions, "mention")+"  "+h.Entity.ID))
			}
		case store.KindReport:
			heading(t, "Text", res.Texts)
			for _, h := range res.Texts.Hits {
				r := h.Report
				title := clean(r.Title)
				if title == "" {
					title = "Without a title"
				}
				t.line(isoDate(r.Published.Value), dateColumn, title+styleDim.Render("  "+clean(h.Outlet)+"  "+r.ID))
				for _, s := range h.Snippets {
					lead := ""
					if s.Sentence > 0 {
						lead = styleDim.Render(fmt.Sprintf("sentence %d  ", s.Sentence))
					}
					t.line("", dateColumn, lead+markedText(s.Text, s.Marks))
				}
			}
		}
	}
}

// heading opens a group of hits that has any.
func heading[H any](t *terminal, name string, g search.Group[H]) {
	if g.Count == 0 {
		return
	}
	n := fmt.Sprint(g.Count)
	if g.More {
		n += " or more"
	}
	if len(g.Hits) < g.Count {
		n = fmt.Sprintf("%d of %s", len(g.Hits), n)
	}
	t.blank()
	t.line("", 0, styleHead.Render(name)+styleDim.Render("  "+n))
}

// markedText is one line of text with the matches set off.
func markedText(text string, marks []readout.Span) string {
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(squeeze(text[at:m.Start]))
		b.WriteString(styleName.Render(clean(m.In(text))))
		at = m.End
	}
	b.WriteString(squeeze(text[at:]))
	return strings.TrimSpace(b.String())
}

// squeeze is clean that keeps a blank at either end.
func squeeze(s string) string {
	out := clean(s)
	if out == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		out = " " + out
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		out += " "
	}
	return out
}
