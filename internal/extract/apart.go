package extract

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/sandbox"
)

// Worker is the argument with which the program is started to take pages apart,
// see Work.
const Worker = "page-worker"

// Options are the settings of an Extractor. The zero value is usable.
type Options struct {
	// Pages takes pages apart in processes that can be killed; nil: it is done in
	// this one, with the same result, which a page made for that can fill with
	// hundreds of megabytes or keep busy for long.
	Pages *sandbox.Pool
}

// Work is what a process that takes pages apart does, with the arguments behind
// Worker. It returns the exit code.
func Work(args []string, in io.Reader, out io.Writer) int {
	return sandbox.Serve(args, in, out, func(job []byte) []byte {
		p, err := received(job)
		if err != nil {
			return encode(&parts{Err: "the page did not reach the process that takes it apart: " + err.Error()})
		}
		return encode(takeApart(p))
	})
}

// page is a page, or a piece of one, that is to be taken apart, with what is
// known of its report by then.
type page struct {
	source string // valid UTF-8
	Piece  bool   // it is the text of a report with its tags, and nothing else
	Report string // id
	URL    string
	Meta   metadata
}

// parts is what came of it: what is new.
type parts struct {
	Err       string // it is no report, and why; for people
	Text      string
	Skip      string
	Meta      metadata
	Dates     []dated
	Noise     []readout.Noise
	Anomalies []readout.Anomaly
}

// sent is a page as bytes: what is known of it, then its source as it is, which
// can have megabytes.
func (p *page) sent() []byte {
	head := encode(p)
	b := make([]byte, 0, 4+len(head)+len(p.source))
	b = binary.BigEndian.AppendUint32(b, uint32(len(head)))
	return append(append(b, head...), p.source...)
}

// received is the page of such bytes.
func received(b []byte) (*page, error) {
	if len(b) < 4 {
		return nil, io.ErrUnexpectedEOF
	}
	n := binary.BigEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return nil, io.ErrUnexpectedEOF
	}
	p := &page{}
	if err := decode(b[:n], p); err != nil {
		return nil, err
	}
	p.source = string(b[n:])
	return p, nil
}

func encode(v any) []byte {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		panic("extract: " + err.Error()) // the types are ours
	}
	return b.Bytes()
}

func decode(b []byte, v any) error { return gob.NewDecoder(bytes.NewReader(b)).Decode(v) }

// page takes a decoded page apart and takes over what came of it.
func (d *draft) page(source string) error { return d.take(source, false) }

// fragment does so with a piece of a page, all of whose text is the report's.
func (d *draft) fragment(source string) error { return d.take(source, true) }

func (d *draft) take(source string, piece bool) error {
	job := &page{source: source, Piece: piece, Report: d.ID, URL: d.URL, Meta: d.meta}
	var p *parts
	if d.pages == nil {
		p = takeApart(job)
	} else {
		answer, err := d.pages.Do(job.sent())
		var died *sandbox.Died
		switch {
		case errors.As(err, &died):
			return fmt.Errorf("the page could not be taken apart: %w; save its text as .txt", err)
		case err != nil:
			return err
		}
		p = &parts{}
		if err := decode(answer, p); err != nil {
			return fmt.Errorf("read what came of the page: %w", err)
		}
	}
	if p.Err != "" {
		return errors.New(p.Err)
	}
	d.Text, d.meta = p.Text, p.Meta
	d.Skip = first(p.Skip, d.Skip)
	for _, c := range p.Dates {
		d.addParsed(c.Value, c.Precision, c.Basis)
	}
	d.Noise = append(d.Noise, p.Noise...)
	d.Anomalies = append(d.Anomalies, p.Anomalies...)
	return nil
}

// takeApart takes a page apart: as a tree where that is safe, else token by
// token. It is a function of the page alone, whatever process it runs in.
func takeApart(p *page) *parts {
	fresh := func() *draft {
		return &draft{Report: &readout.Report{ID: p.Report, URL: p.URL}, meta: p.Meta}
	}
	d := fresh()
	why := survey(p.source)
	if why == "" {
		why = d.tree(p)
	}
	if why != "" {
		d = fresh()
		d.tokens(p)
		d.note("page-limit", why+": its text was taken without its structure, so that more than the article can be in it", nil)
	}
	return &parts{Text: d.Text, Skip: d.Skip, Meta: d.meta, Dates: d.dates, Noise: d.Noise, Anomalies: d.Anomalies}
}
