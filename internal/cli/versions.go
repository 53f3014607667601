package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/revise"
	"github.com/readout-news/readout/internal/store"
)

// versionsSchema names the JSON of versions.
const versionsSchema = "readout/versions/1"

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

// article is one article with its versions and what each changed.
type article struct {
	url      string
	title    string
	versions []store.Version
	seen     []store.Sighting
	changes  [][]revise.Change // of each version against the one before; the first has none
}

func (a *app) versions(ctx context.Context, s store.Store, key string) error {
	list, err := versionsOf(ctx, s, key)
	if err != nil {
		return err
	}
	var articles []*article
	for _, v := range list {
		if n := len(articles); n == 0 || articles[n-1].url != v.URL {
			articles = append(articles, &article{url: v.URL})
		}
		x := articles[len(articles)-1]
		x.versions = append(x.versions, v)
	}
	for _, x := range articles {
		if err := x.load(ctx, s); err != nil {
			return err
		}
	}
	if a.json {
		return a.printVersions(articles)
	}
	t := a.term()
	for i, x := range articles {
		if i > 0 {
			t.blank()
		}
		renderVersions(t, x)
	}
	return t.err
}

// versionsOf finds the versions by an address, an id or the beginning of one.
func versionsOf(ctx context.Context, s store.Store, key string) ([]store.Version, error) {
	list, err := s.Versions(ctx, key)
	if !errors.Is(err, readout.ErrNotFound) {
		return list, err
	}
	if strings.Contains(key, "://") {
		return nil, fmt.Errorf("no article at %s was seen; versions are known of pages that “readout feeds” or a web archive brought: %w", clean(key), readout.ErrNotFound)
	}
	items, err := s.Show(ctx, key)
	if err != nil {
		return nil, err
	}
	var reports []string
	for _, x := range items {
		if x.Kind == store.KindReport {
			reports = append(reports, x.ID)
		}
	}
	switch len(reports) {
	case 0:
		return nil, fmt.Errorf("%q is no report: %w", clean(key), readout.ErrNotFound)
	case 1:
	default:
		return nil, usageError{fmt.Errorf("%q begins %d ids of reports; give more of it", clean(key), len(reports))}
	}
	list, err = s.Versions(ctx, reports[0])
	if errors.Is(err, readout.ErrNotFound) {
		return nil, fmt.Errorf("of report %s one version is known: nothing says when its bytes were on the web, so a later one cannot be told: %w", reports[0], readout.ErrNotFound)
	}
	return list, err
}

// load reads the versions and compares each with the one before.
func (x *article) load(ctx context.Context, s store.Store) error {
	current := x.versions[len(x.versions)-1]
	for _, v := range x.versions {
		if v.Current {
			current = v
		}
	}
	report, err := s.Report(ctx, current.Report)
	if err != nil {
		return err
	}
	x.title = report.Title
	if x.seen, err = s.Sightings(ctx, current.Report); err != nil {
		return err
	}
	x.changes = make([][]revise.Change, len(x.versions))
	if len(x.versions) < 2 {
		return nil
	}
	r, err := pipeline.New()
	if err != nil {
		return err
	}
	var before revise.Version
	for i, v := range x.versions {
		after, err := revise.Load(ctx, s, r, r.Annotators.Version(), v.Report)
		if err != nil {
			return err
		}
		if i > 0 {
			x.changes[i] = revise.Compare(before, after)
		}
		before = after
	}
	return nil
}

func (a *app) printVersions(articles []*article) error {
	type side struct {
		ID    string `json:"id"`
		Text  string `json:"text"`
		Who   string `json:"who"`
		Start int    `json:"start"`
		End   int    `json:"end"`
	}
	type words struct {
		Before string `json:"before"`
		After  string `json:"after"`
	}
	type field struct {
		Name   string `json:"name"`
		Before string `json:"before"`
		After  string `json:"after"`
	}
	type change struct {
		Kind   revise.Kind `json:"kind"`
		How    revise.How  `json:"how"`
		About  string      `json:"about"`
		Before *side       `json:"before"`
		After  *side       `json:"after"`
		Words  []words     `json:"words"`
		Values []field     `json:"values"`
	}
	type version struct {
		N        int      `json:"n"`
		Report   string   `json:"report"`
		Others   []string `json:"others"`
		First    *string  `json:"first"`
		Last     *string  `json:"last"`
		Captures int      `json:"captures"`
		Current  bool     `json:"current"`
		Changes  []change `json:"changes"`
	}
	type sighting struct {
		Through string  `json:"through"`
		URL     string  `json:"url"`
		Title   string  `json:"title"`
		Seen    *string `json:"seen"`
	}
	type art struct {
		URL       string     `json:"url"`
		Title     string     `json:"title"`
		Sightings []sighting `json:"sightings"`
		Versions  []version  `json:"versions"`
	}
	sideOf := func(s *revise.Side) *side {
		if s == nil {
			return nil
		}
		return &side{s.ID, s.Text, s.Who, s.At.Start, s.At.End}
	}
	out := struct {
		Schema   string `json:"schema"`
		Articles []art  `json:"articles"`
	}{versionsSchema, []art{}}
	for _, x := range articles {
		one := art{x.url, x.title, []sighting{}, []version{}}
		for _, s := range x.seen {
			one.Sightings = append(one.Sightings, sighting{s.Through, s.URL, s.Title, moment(s.Seen)})
		}
		for i, v := range x.versions {
			w := version{v.N, v.Report, append([]string{}, v.Others...), moment(v.First), moment(v.Last), v.Captures, v.Current, []change{}}
			for _, c := range x.changes[i] {
				y := change{c.Kind, c.How, c.About, sideOf(c.Before), sideOf(c.After), []words{}, []field{}}
				for _, d := range c.Words {
					y.Words = append(y.Words, words(d))
				}
				for _, f := range c.Fields {
					y.Values = append(y.Values, field(f))
				}
				w.Changes = append(w.Changes, y)
			}
			one.Versions = append(one.Versions, w)
		}
		out.Articles = append(out.Articles, one)
	}
	return a.printJSON(out)
}

func renderVersions(t *terminal, x *article) {
	t.line("", 0, styleHead.Render(clean(x.title)))
	t.line("", 0, clean(x.url))
	for _, s := range x.seen {
		text := "seen through " + clean(s.Through)
		if s.Title != "" {
			text += " as “" + clean(s.Title) + "”"
		}
		if !s.Seen.IsZero() {
			text += ", " + minute(s.Seen)
		}
		t.line("", 2, styleDim.Render(text))
	}
	for i, v := range x.versions {
		t.blank()
		head := fmt.Sprintf("Version %d of %d", v.N, len(x.versions))
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
		if len(x.changes[i]) == 0 {
			t.line("", 2, "The words are those of the version before, in another order or with other marks.")
		}
		for _, c := range x.changes[i] {
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
