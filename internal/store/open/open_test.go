package open_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/pipeline"
	"github.com/readout-news/readout/internal/store"
	"github.com/readout-news/readout/internal/store/open"
	"github.com/readout-news/readout/internal/store/pgtest"
	"github.com/readout-news/readout/internal/store/postgres"
	"github.com/readout-news/readout/internal/view/recordjson"
)

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"desk.db": "desk.db",
		"postgres://desk:secret@db.example:5432/news":         "postgres://desk:xxxxx@db.example:5432/news",
		"postgresql://db.example/news?user=a&password=secret": "postgresql://db.example/news?password=xxxxx&user=a",
		"postgres://desk:sec%zz@[db.example/news":             "postgres://…",
	} {
		if got := open.Name(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
		if open.Remote(in) != strings.HasPrefix(in, "postgres") {
			t.Errorf("%s: remote %v", in, open.Remote(in))
		}
	}
}

func TestMissing(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "none.db"), pgtest.Database(t)} {
		s, err := open.Store(t.Context(), name, open.Options{})
		if !errors.Is(err, fs.ErrNotExist) || s != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

// TestSameBytes reads the sample into a store on each engine, in another order
// and by another number of workers, and demands the same record to the byte,
// from the store and by its search.
func TestSameBytes(t *testing.T) {
	paths, err := filepath.Glob("../../../examples/lake-ansa/[0-9]*")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	r, err := pipeline.New()
	if err != nil {
		t.Fatal(err)
	}
	var first []byte
	var found []store.Hits
	for i, name := range []string{filepath.Join(t.TempDir(), "readout.db"), pgtest.Database(t), pgtest.Database(t) + "&search_path=desk"} {
		s, err := open.Store(t.Context(), name, open.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, r, s, paths, 1+3*i)
		slices.Reverse(paths)
		if i == 0 {
			first, found = got, search(t, s)
		} else if !bytes.Equal(first, got) {
			t.Errorf("%s: the record has %d bytes, that on SQLite %d, and they differ", postgres.Name(name), len(got), len(first))
		} else if hits := search(t, s); !slices.EqualFunc(hits, found, func(a, b store.Hits) bool { return equal(t, a, b) }) {
			t.Errorf("%s: search finds other things", postgres.Name(name))
		}
		// Another process sees the same.
		again, err := open.Store(t.Context(), name, open.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := again.Record(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if b := encoded(t, rec); !bytes.Equal(got, b) {
			t.Errorf("%s: opened again, the record is another one", postgres.Name(name))
		}
		for _, s := range []store.Store{s, again} {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func read(t *testing.T, r *pipeline.Reader, s store.Store, paths []string, workers int) []byte {
	t.Helper()
	ctx := context.Background()
	res, err := r.Read(ctx, ingest.Read(ctx, paths, ingest.Options{}), pipeline.Options{Keeper: s, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	if err := live.Relink(ctx, r, s, res.Refusals); err != nil {
		t.Fatal(err)
	}
	rec, err := s.Record(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return encoded(t, rec)
}

func encoded(t *testing.T, rec *readout.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := recordjson.Write(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// search asks for words, phrases, beginnings and what is near to a word that
// nobody wrote.
func search(t *testing.T, s store.Store) (out []store.Hits) {
	t.Helper()
	for _, q := range []store.Query{
		{Terms: []store.Term{{Text: "said"}}},
		{Terms: []store.Term{{Text: "talks"}, {Text: "lake"}}},
		{Terms: []store.Term{{Text: "Lake Ansa", Mode: store.Phrase}}},
		{Terms: []store.Term{{Text: "min", Mode: store.Prefix}, {Text: "lake", Not: true}}},
		{Terms: []store.Term{{Text: "of the lak", Mode: store.Prefix}}},
		{Terms: []store.Term{{Text: "the lake", Mode: store.Phrase, Not: true}}},
		{From: "2031", Limit: 3},
	} {
		h, err := s.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, h)
	}
	for _, word := range []string{"lakd", "tlaks", "minsiter", "agremeent"} {
		near, err := s.Near(t.Context(), word, 5)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, store.Hits{Unknown: near})
	}
	return out
}

func equal(t *testing.T, a, b store.Hits) bool {
	t.Helper()
	diff := cmp.Diff(a, b, cmpopts.EquateEmpty())
	if diff != "" {
		t.Log(diff)
	}
	return diff == ""
}
