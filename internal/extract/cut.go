package extract

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/limits"
)

// clip bounds what a carrier says of a report: it stands beside every fact.
func (d *draft) clip() {
	for _, s := range []*string{&d.meta.Title, &d.meta.Byline, &d.meta.Outlet, &d.meta.Language} {
		n := 0
		for i := range *s {
			if n++; n > limits.Title {
				*s = strings.TrimSpace((*s)[:i]) + "…"
				break
			}
		}
	}
	for _, s := range []*string{&d.URL, &d.meta.URL} {
		if len(*s) > limits.Address {
			d.note("address-limit", fmt.Sprintf("the address of the report has %d bytes, more than the limit of %d, and was left out", len(*s), limits.Address), nil)
			*s = ""
		}
	}
}

// cut ends the text at its limits, at the end of a line or word, and notes it.
func (d *draft) cut() {
	if at := nth(d.Text, limits.Lines); at >= 0 {
		d.end(at, fmt.Sprintf("the text has more than %d lines; what stands behind them was left out", limits.Lines))
	}
	at, n := -1, 0
	if len(d.Text) <= limits.Text { // bytes are no fewer than characters
		return
	}
	for i := range d.Text {
		if n == limits.Text {
			at = i
			break
		}
		n++
	}
	if at < 0 {
		return
	}
	all := n + utf8.RuneCountInString(d.Text[at:])
	const near = 4 << 10 // bytes in which a good place is looked for
	from := max(0, at-near)
	for from < at && !utf8.RuneStart(d.Text[from]) {
		from++
	}
	for _, mark := range []string{"\n", " "} {
		if i := strings.LastIndex(d.Text[from:at], mark); i >= 0 {
			at = from + i + len(mark)
			break
		}
	}
	d.end(at, fmt.Sprintf("the text has %d characters; what stands behind the limit of %d was left out", all, limits.Text))
}

// nth is where the text behind its n-th line begins; -1 where it has no more.
func nth(text string, n int) int {
	at := 0
	for range n {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return -1
		}
		at += i + 1
	}
	if at == len(text) {
		return -1
	}
	return at
}

// end leaves out what stands from at on.
func (d *draft) end(at int, why string) {
	d.Text = d.Text[:at]
	d.Noise = slices.DeleteFunc(d.Noise, func(n readout.Noise) bool { return n.Span.End > at })
	for i := range d.Anomalies {
		d.Anomalies[i].Evidence = slices.DeleteFunc(d.Anomalies[i].Evidence, func(e readout.Evidence) bool { return e.Span.End > at })
	}
	d.note("text-limit", why, nil)
}
