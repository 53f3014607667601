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
			*s = ""
		}
	}
}

// cut ends the text at its limit, at the end of a line or word, and notes it.
func (d *draft) cut() {
	at, n := 0, 0
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
	if at == 0 {
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
	d.Text = d.Text[:at]
	d.Noise = slices.DeleteFunc(d.Noise, func(n readout.Noise) bool { return n.Span.End > at })
	for i := range d.Anomalies {
		d.Anomalies[i].Evidence = slices.DeleteFunc(d.Anomalies[i].Evidence, func(e readout.Evidence) bool { return e.Span.End > at })
	}
	d.note("text-limit", fmt.Sprintf("the text has %d characters; what stands behind the limit of %d was left out", all, limits.Text), nil)
}
