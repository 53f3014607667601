package feeds

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/readout-news/readout/internal/torture"
)

const hostile = "../../../shared/data/hostile/"

// corpus skips a test where the shared data is not, and fails it in CI.
func corpus(t testing.TB, dir string) string {
	t.Helper()
	if _, err := os.Stat(hostile + dir); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("needs ../shared/data: ", err)
	}
	return hostile + dir
}

// sound holds what every feed that was read must hold.
func sound(t testing.TB, name string, f *Feed, err error) {
	t.Helper()
	name = clip(name, 100)
	switch {
	case errors.Is(err, errParser):
		t.Errorf("%s: %v", name, err)
	case err != nil:
		if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrLimit) && !errors.Is(err, ErrEntity) {
			t.Errorf("%s: an error without a reason: %v", name, err)
		}
		return
	}
	line := func(what, s string) {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || utf8.RuneCountInString(s) > maxTitle+2 || strings.TrimSpace(s) != s {
			t.Errorf("%s: %s is no line of text: %q", name, what, clip(s, 200))
		}
	}
	line("title", f.Title)
	line("format", f.Format)
	for _, u := range []string{f.Home, f.Self, f.NextPage} {
		if u != "" && !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
			t.Errorf("%s: address %q", name, u)
		}
	}
	if len(f.Items)+len(f.Refused) > maxItems || f.TTL < 0 || f.TTL > 24*3600e9 {
		t.Errorf("%s: %d items, TTL %v", name, len(f.Items), f.TTL)
	}
	for _, it := range f.Items {
		line("title of an item", it.Title)
		for _, a := range it.Authors {
			line("author", a)
		}
		if c, err := Canonical(it.URL); err != nil || c == "" || it.GUID == "" || strings.Contains(it.URL, "#") {
			t.Errorf("%s: address %q, guid %q: %v", name, it.URL, it.GUID, err)
		}
	}
	for _, r := range f.Refused {
		if r.Path == "" || r.Reason == "" {
			t.Errorf("%s: refusal %+v", name, r)
		}
	}
}

// Every file of gofeed's own tests and of libxml2's bombs is read or refused
// with its reason.
func TestHostile(t *testing.T) {
	for _, c := range []struct {
		dir                    string
		files, atLeast, atMost int // that are read as feeds
	}{
		{"feeds-gofeed", 1000, 800, 1000},
		{"libxml2", 29, 0, 0},
	} {
		dir := corpus(t, c.dir)
		reasons := map[string]int{}
		read, mended, items, refused, total, panics, entities := 0, 0, 0, 0, 0, 0, 0
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".txt") {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			total++
			f, err := ParseFeed(b, Source{URL: site})
			sound(t, path, f, err)
			if err != nil {
				reason, _, _ := strings.Cut(err.Error(), ":")
				reasons[reason]++
				if errors.Is(err, errParser) {
					panics++
				}
				if errors.Is(err, ErrEntity) {
					entities++
				}
				return nil
			}
			read++
			items, refused = items+len(f.Items), refused+len(f.Refused)
			if f.Mended != "" {
				mended++
			}
			for _, parse := range []func() error{
				func() error { _, err := ParseOPML(b, Source{}); return err },
				func() error { _, err := ParseSitemap(b, Source{}); return err },
				func() error { _, err := ParseList(b, Source{}); return err },
			} {
				if err := parse(); err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrLimit) && !errors.Is(err, ErrEntity) {
					t.Errorf("%s: %v", path, err)
				}
			}
			Discover(b, Source{})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d files, %d read (%d mended, %d items, %d items refused), refused: %v", c.dir, total, read, mended, items, refused, reasons)
		if total < c.files || read < c.atLeast || read > c.atMost {
			t.Errorf("%s: %d files, %d read", c.dir, total, read)
		}
		promise := "R12"
		if c.dir == "libxml2" {
			promise = "R14"
		}
		torture.Counted(t, promise, total, "files of "+c.dir+" read as feeds, strictly and leniently", fmt.Sprintf("%d panics, %d read, %d refused with a reason, %d of them for their entities", panics, read, total-read, entities))
	}
}

// Feeds that break off, lose bytes or have them changed are read or refused.
func TestDamaged(t *testing.T) {
	dir := corpus(t, "feeds-gofeed")
	r := rand.New(rand.NewPCG(5, 25))
	n, read, mended := 0, 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".txt") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || len(b) == 0 {
			return err
		}
		for range 20 {
			c := slices.Clone(b)
			switch i := r.IntN(len(c)); r.IntN(4) {
			case 0:
				c = c[:i]
			case 1:
				c[i] ^= 1 << r.IntN(8)
			case 2:
				c = slices.Delete(c, i, min(i+1+r.IntN(8), len(c)))
			case 3:
				c = slices.Insert(c, i, []byte{"<>&\"';/[]!-\x00\xff"[r.IntN(13)]}...)
			}
			f, err := ParseFeed(c, Source{URL: site})
			sound(t, path, f, err)
			n++
			if err == nil {
				read++
				if f.Mended != "" {
					mended++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d damaged feeds, %d read, %d of them mended", n, read, mended)
	if mended == 0 {
		t.Error("nothing was mended")
	}
}

// Payloads in every field come out as lines of text, or refused.
func TestPayloads(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(corpus(t, "xss"), "Intruder/xss-payload-list.txt"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\r\n")
		n++
		x := escaped(line)
		f, err := ParseFeed([]byte(`<rss version="2.0"><channel><title>`+x+`</title><link>`+x+`</link><item><title>`+x+`</title><link>https://a.example/?`+x+`</link><author>`+x+`</author></item><item><title><![CDATA[`+line+`]]></title><link>`+x+`</link><guid>`+x+`</guid></item></channel></rss>`), Source{URL: site})
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		sound(t, line, f, nil)
		// As markup, unescaped, it may break the feed, but nothing else.
		f, err = ParseFeed([]byte(`<rss version="2.0"><channel><title>`+line+`</title><item><title>`+line+`</title><link>https://a.example/`+line+`</link></item></channel></rss>`), Source{URL: site})
		sound(t, line, f, err)
		Discover([]byte(`<link rel=alternate type=application/rss+xml href="`+line+`">`), Source{URL: site})
	}
	if n < 6000 {
		t.Errorf("%d payloads", n)
	}
}
