package export

import (
	"io"
	"sync"
	"testing"

	"github.com/readout-news/readout/internal/generate"
	"github.com/readout-news/readout/internal/view"
)

var large = sync.OnceValue(func() *view.View {
	return view.New(generate.New(generate.Options{Seed: 1, Reports: 2000}).Record)
})

// BenchmarkWrite writes a record of 2,000 reports in every form; B/op tells what
// a form holds in memory beside the record.
func BenchmarkWrite(b *testing.B) {
	v := large()
	for _, name := range Names() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := Write(io.Discard, name, v, Options{})
				if err != nil {
					b.Fatal(err)
				}
				var n int64
				for _, f := range m.Files {
					n += f.Bytes
				}
				b.SetBytes(n)
			}
		})
	}
}
