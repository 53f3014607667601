package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/feeds"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
)

// maxImport is the largest list of feeds that is read, in bytes.
const maxImport = 50 << 20

func (a *app) feedsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "feeds",
		Short: "Follow feeds, sitemaps and lists of addresses",
		Long: `Follow feeds (RSS, Atom, JSON Feed), sitemaps (news sitemaps and indexes too) and
lists of addresses. What is followed is kept in the store:

  readout feeds add https://harbour.example/feed.xml
  readout feeds pull

“feeds pull” asks once for what is due, “feeds watch” goes on until it is
stopped. New articles are read into the record. An article that many feeds list
is one report; one that was changed is a new version of it, and the record is
drawn from the newest (see “readout versions”).`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("feeds has no command %q; there are add, list, pull, watch, import, remove and export", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.feedsAdd(), a.feedsList(), a.feedsPull(), a.feedsWatch(), a.feedsImport(), a.feedsRemove(), a.feedsExport())
	return cmd
}

// onStore runs f with the store that --db names.
func (a *app) onStore(ctx context.Context, create bool, f func(s store.Store, db string) error) (err error) {
	db := a.store()
	s, err := a.openStore(ctx, db, create)
	if isMissing(err) {
		err = errNoStore(db)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(s, open.Name(db))
}

// feedAddress checks an address that somebody gave.
func feedAddress(raw string) (string, error) {
	raw = strings.TrimSpace(raw)
	if _, err := feeds.Canonical(raw); err != nil {
		return "", usageError{fmt.Errorf("%q is no address of a feed: %w", clean(raw), err)}
	}
	if len(raw) > store.MaxAddress {
		return "", usageError{fmt.Errorf("an address has at most %d bytes, and one has %d", store.MaxAddress, len(raw))}
	}
	return raw, nil
}

// feedKind checks --kind.
func feedKind(s string) (store.FeedKind, error) {
	kinds := []store.FeedKind{store.FeedNews, store.FeedSitemap, store.FeedLatest, store.FeedList, ""}
	if k := store.FeedKind(s); slices.Contains(kinds, k) {
		return k, nil
	}
	return "", usageError{fmt.Errorf("--kind %q: give feed, sitemap, news-sitemap or list, or leave it out", s)}
}

func (a *app) feedsAdd() *cobra.Command {
	var kind, title string
	cmd := &cobra.Command{
		Use:   "add ADDRESS…",
		Short: "Follow the feeds, sitemaps or lists at these addresses",
		Long: `Follow the feeds, sitemaps or lists of addresses at these addresses. Nothing is
asked yet: “feeds pull” does, and finds out what kind each is. The store is made
where there is none.`,
		Example: "  readout feeds add https://harbour.example/feed.xml\n  readout feeds add --kind list --title \"Desk\" https://desk.example/addresses.txt",
		Args:    atLeast(1, "the address of a feed, a sitemap or a list"),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := feedKind(kind)
			if err != nil {
				return err
			}
			var list []store.Feed
			for _, raw := range args {
				address, err := feedAddress(raw)
				if err != nil {
					return err
				}
				list = append(list, store.Feed{Address: address, Kind: k, Title: title})
			}
			return a.addFeeds(cmd.Context(), list)
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "what it is: feed, sitemap, news-sitemap or list (default: what the first answer shows)")
	cmd.Flags().StringVar(&title, "title", "", "what to call it (default: what it calls itself)")
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

func (a *app) addFeeds(ctx context.Context, list []store.Feed) error {
	return a.onStore(ctx, true, func(s store.Store, db string) error {
		out := struct {
			Added []string `json:"added"`
			Known []string `json:"known"`
			DB    string   `json:"db"`
		}{[]string{}, []string{}, db}
		for _, f := range list {
			added, err := s.AddFeed(ctx, f)
			if err != nil {
				return err
			}
			if added {
				out.Added = append(out.Added, f.Address)
			} else {
				out.Known = append(out.Known, f.Address)
			}
		}
		if a.json {
			return a.printJSON(out)
		}
		_, err := fmt.Fprintf(a.env.Stdout, "%s added, %d followed already. “readout feeds pull --db %s” asks them.\n", count(len(out.Added), "feed"), len(out.Known), shellWord(db))
		return err
	})
}

func (a *app) feedsRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove ADDRESS…",
		Short: "Follow these no longer",
		Long: `Follow the feeds at these addresses no longer. What they brought stays in the
store; pages that only they list are not looked at again.`,
		Example: "  readout feeds remove https://harbour.example/feed.xml",
		Args:    atLeast(1, "the address of a feed; “readout feeds list” names them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onStore(cmd.Context(), false, func(s store.Store, db string) error {
				var missing error
				removed := []string{}
				for _, address := range args {
					err := s.RemoveFeed(cmd.Context(), strings.TrimSpace(address))
					switch {
					case errors.Is(err, readout.ErrNotFound):
						missing = errors.Join(missing, notThere{fmt.Errorf("%s is not followed; “readout feeds list” names what is", clean(address))})
					case err != nil:
						return err
					default:
						removed = append(removed, address)
					}
				}
				if a.json {
					return errors.Join(a.printJSON(map[string]any{"removed": removed, "db": db}), missing)
				}
				fmt.Fprintf(a.env.Stdout, "%s removed.\n", count(len(removed), "feed"))
				return missing
			})
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

// feedJSON is a feed as --json prints it; "" and null are unknown.
type feedJSON struct {
	Address    string   `json:"address"`
	MovedTo    string   `json:"moved_to"` // where it is asked since it moved for good
	Kind       string   `json:"kind"`
	Title      string   `json:"title"`
	Home       string   `json:"home"`
	Categories []string `json:"categories"`
	Added      *string  `json:"added"`
	Tried      *string  `json:"tried"`
	Succeeded  *string  `json:"succeeded"`
	Due        *string  `json:"due"`
	Failures   int      `json:"failures"`
	Error      string   `json:"error"`
	Pages      int      `json:"pages"`
}

func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339)
	return &s
}

func (a *app) feedsList() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List what is followed, and how it goes",
		Long:    "List what is followed: when each feed was asked last and is asked next, how many\npages it has listed, and what went wrong.",
		Example: "  readout feeds list\n  readout feeds list --json",
		Args:    none("list"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.onStore(cmd.Context(), false, func(s store.Store, db string) error {
				list, err := s.Feeds(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					out := []feedJSON{}
					for _, f := range list {
						out = append(out, feedJSON{
							f.Address, f.MovedTo, string(f.Kind), f.Title, f.Home, append([]string{}, f.Categories...),
							moment(f.Added), moment(f.Tried), moment(f.Succeeded), moment(f.Due), f.Failures, f.Error, f.Items,
						})
					}
					return a.printJSON(map[string]any{"feeds": out, "db": db})
				}
				a.renderFeeds(list)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

// none refuses arguments.
func none(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{fmt.Errorf("feeds %s takes no arguments, and %q is one", name, args[0])}
		}
		return nil
	}
}

func (a *app) now() time.Time {
	if a.env.Now != nil {
		return a.env.Now()
	}
	return time.Now()
}

func (a *app) renderFeeds(list []store.Feed) {
	t := a.term()
	if len(list) == 0 {
		t.line("", 0, "Nothing is followed. “readout feeds add ADDRESS” begins.")
		return
	}
	now := a.now()
	for i, f := range list {
		if i > 0 {
			t.blank()
		}
		t.line("", 0, styleHead.Render(clean(cmp.Or(f.Title, f.Address))))
		t.line("", 2, clean(f.Address))
		if f.MovedTo != "" {
			t.line("", 2, "moved for good, and is asked at "+clean(f.MovedTo))
		}
		words := []string{cmp.Or(string(f.Kind), "kind not known yet"), plural(f.Items, "page", "pages")}
		if len(f.Categories) > 0 {
			words = append(words, "in "+clean(strings.Join(f.Categories, ", ")))
		}
		if f.Tried.IsZero() {
			words = append(words, "not asked yet")
		} else {
			words = append(words, "asked "+f.Tried.UTC().Format("2 Jan 15:04"))
		}
		if f.Due.After(now) {
			words = append(words, "next "+f.Due.UTC().Format("2 Jan 15:04")+" UTC")
		} else {
			words = append(words, "due now")
		}
		t.line("", 2, styleDim.Render(strings.Join(words, " · ")))
		if f.Error != "" {
			text := clean(f.Error)
			if f.Failures > 1 {
				text = fmt.Sprintf("failed %d times: %s", f.Failures, text)
			}
			t.line("", 2, styleNo.Render(text))
		}
	}
}

func (a *app) feedsImport() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Follow the feeds that a file lists: OPML, or an address a line",
		Long: `Follow the feeds that a file lists: OPML as other feed readers write it, or one
address a line. "-" is standard input. Outlines that carry no address of the web
are named on standard error, and the exit code is then 3.`,
		Example: "  readout feeds import subscriptions.opml",
		Args:    atLeast(1, "a file in OPML, or “-”"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var refused []readout.Refusal
			var list []store.Feed
			for _, path := range args {
				b, err := a.readFile(path)
				if err != nil {
					return err
				}
				found, no, err := importFeeds(b)
				if err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
				for _, r := range no {
					refused = append(refused, readout.Refusal{Path: path + ": " + r.Path, Reason: r.Reason})
				}
				list = append(list, found...)
			}
			if err := a.addFeeds(cmd.Context(), list); err != nil {
				return err
			}
			for _, r := range refused {
				fmt.Fprintf(a.env.Stderr, "readout: refused %s: %s\n", clean(r.Path), clean(r.Reason))
			}
			if len(refused) > 0 {
				return errRefused
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

func (a *app) readFile(path string) ([]byte, error) {
	var r io.Reader = a.env.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	b, err := io.ReadAll(io.LimitReader(r, maxImport+1))
	if err == nil && len(b) > maxImport {
		err = fmt.Errorf("%s: it is larger than %d MB; split it", path, maxImport>>20)
	}
	return b, err
}

// importFeeds reads an outline, or a list of addresses.
func importFeeds(b []byte) ([]store.Feed, []readout.Refusal, error) {
	var listed []feeds.Listed
	o, err := feeds.ParseOPML(b, feeds.Source{})
	listed, refused := o.Feeds, o.Refused
	if errors.Is(err, feeds.ErrFormat) && !strings.HasPrefix(strings.TrimSpace(string(b[:min(len(b), 1000)])), "<") {
		var l feeds.List
		l, err = feeds.ParseList(b, feeds.Source{})
		listed, refused = l.Pages, l.Refused
	}
	if err != nil {
		return nil, nil, err
	}
	var out []store.Feed
	for _, x := range listed {
		address, err := feedAddress(x.URL)
		if err != nil {
			refused = append(refused, readout.Refusal{Path: cmp.Or(x.Title, x.URL), Reason: err.Error()})
			continue
		}
		out = append(out, store.Feed{Address: address, Title: x.Title, Home: x.Home, Categories: x.Categories})
	}
	return out, refused, nil
}

func (a *app) feedsExport() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write what is followed as OPML",
		Long:    "Write what is followed as OPML 2.0, which other feed readers import.",
		Example: "  readout feeds export > subscriptions.opml",
		Args:    none("export"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.onStore(cmd.Context(), false, func(s store.Store, db string) error {
				list, err := s.Feeds(cmd.Context())
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(outline(list))
				}
				return feeds.WriteOPML(a.env.Stdout, "Feeds of Readout", time.Time{}, outline(list))
			})
		},
	}
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of OPML")
	a.dbFlag(cmd)
	return cmd
}

func outline(list []store.Feed) []feeds.Listed {
	out := []feeds.Listed{}
	for _, f := range list {
		out = append(out, feeds.Listed{URL: f.At(), Title: f.Title, Home: f.Home, Categories: f.Categories})
	}
	return out
}
