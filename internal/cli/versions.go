package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	answers "github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/revise"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/wire"
)

func (a *app) versionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "versions ADDRESS|REPORT",
		Short: "The versions of an article, and what each changed",
		Long: `The versions of an article that was changed after it appeared, by its address or
by the id of one of its reports, and what each says otherwise than the one
before: title and day, events, figures, statements, positions, sentences, each
added, withdrawn or changed.

The record is drawn from the newest version; the earlier ones stay in the store.
The same text with other furniture around it (a new advertisement) is no new
version.`,
		Example: "  readout versions https://harbour.example/ferries\n  readout versions --json r1f3",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("versions needs the address of an article or the id of a report; “readout reports” names them")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onStore(cmd.Context(), false, func(s store.Store, _ string) error {
				return a.versions(cmd.Context(), s, args[0])
			})
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

func (a *app) versions(ctx context.Context, s store.Store, key string) error {
	articles, err := live.Articles(ctx, s, a.reader, key)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema string `json:"schema"`
			wire.Versions
		}{answers.VersionsSchema, answers.Versions(articles)})
	}
	t := a.term()
	for i := range articles {
		if i > 0 {
			t.blank()
		}
		renderVersions(t, &articles[i])
	}
	return t.err
}

func renderVersions(t *terminal, x *live.Article) {
	t.line("", 0, styleHead.Render(clean(x.Title)))
	t.line("", 0, clean(x.URL))
	for _, s := range x.Sightings {
		text := "seen through " + clean(s.Through)
		if s.Title != "" {
			text += " as “" + clean(s.Title) + "”"
		}
		if !s.Seen.IsZero() {
			text += ", " + minute(s.Seen)
		}
		t.line("", 2, styleDim.Render(text))
	}
	for i, v := range x.Versions {
		t.blank()
		head := fmt.Sprintf("Version %d of %d", v.N, len(x.Versions))
		if v.Current {
			head += ", in the record"
		}
		t.line("", 0, styleName.Render(head)+"  "+styleDim.Render(v.Report))
		when := "seen " + minute(v.First)
		if !v.Last.Equal(v.First) {
			when += " to " + minute(v.Last)
		}
		t.line("", 2, styleDim.Render(fmt.Sprintf("%s, %s", when, count(v.Captures, "capture"))))
		if i == 0 {
			continue
		}
		if len(v.Changes) == 0 {
			t.line("", 2, "The words are those of the version before, in another order or with other marks.")
		}
		for _, c := range v.Changes {
			renderChange(t, c)
		}
	}
}

func renderChange(t *terminal, c revise.Change) {
	const indent = 14
	kind := string(c.Kind)
	if c.Kind == revise.Claim && c.About != "" {
		kind = c.About
	}
	lead := "  " + clean(kind)
	switch c.How {
	case revise.Added:
		t.line(lead, indent, styleYes.Render("added")+" "+said(c.After))
	case revise.Withdrawn:
		t.line(lead, indent, styleNo.Render("withdrawn")+" "+said(c.Before))
	case revise.Changed:
		t.line(lead, indent, styleMay.Render("changed")+" "+said(c.After))
		for _, w := range c.Words {
			switch {
			case w.Before == "":
				t.line("", indent+2, "now with “"+clean(w.After)+"”")
			case w.After == "":
				t.line("", indent+2, "without “"+clean(w.Before)+"”")
			default:
				t.line("", indent+2, "“"+clean(w.Before)+"” → “"+clean(w.After)+"”")
			}
		}
		for _, f := range c.Fields {
			t.line("", indent+2, fmt.Sprintf("%s: %s → %s", clean(f.Name), unknown(f.Before), unknown(f.After)))
		}
	}
}

func said(s *revise.Side) string {
	text := "“" + clean(s.Text) + "”"
	if s.Who != "" {
		text = clean(s.Who) + ": " + text
	}
	return text
}

func unknown(s string) string {
	if s == "" {
		return "not told"
	}
	return clean(s)
}

func minute(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04") + " UTC" }
