package link_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/link"
	"github.com/readout-news/readout/internal/nlp"
)

func TestZZStream(t *testing.T) {
	r := reader(t)
	n, _ := strconv.Atoi(os.Getenv("ZZN"))
	if n == 0 {
		t.Skip()
	}
	hot, _ := strconv.Atoi(os.Getenv("ZZHOT"))
	s, err := generate.NewStream(generate.StreamOptions{Seed: 1, Annotators: r.Annotators, Hot: hot, HotDay: 1})
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	l, err := link.NewLinker(r.KB, r.Redate, link.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var gen time.Duration
	loaded := 0
	load := func(ids []string) ([]*nlp.Doc, error) {
		t0 := time.Now()
		var out []*nlp.Doc
		for _, id := range ids {
			out = append(out, s.Doc(at[id]))
		}
		gen += time.Since(t0)
		loaded += len(ids)
		return out, nil
	}
	var put, lnk time.Duration
	changes := 0
	for i := 0; i < n; {
		for range 500 {
			t0 := time.Now()
			d := s.Doc(i)
			gen += time.Since(t0)
			at[d.Report.ID] = i
			t0 = time.Now()
			l.Put(d)
			put += time.Since(t0)
			i++
		}
		t0 := time.Now()
		g := gen
		if err := l.Link(load, func(c *link.Change) error { changes += len(c.Scope.Reports); return nil }); err != nil {
			t.Fatal(err)
		}
		lnk += time.Since(t0) - (gen - g)
		if i%2500 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			fmt.Println(i, "put µs/r", put.Microseconds()/2500, "link µs/r", lnk.Microseconds()/2500, "gen", gen.Microseconds()/2500, "loaded/r", float64(loaded)/2500, "changed/r", float64(changes)/2500, "heap MB", m.HeapAlloc>>20)
			put, lnk, gen, loaded, changes = 0, 0, 0, 0, 0
		}
	}
}
