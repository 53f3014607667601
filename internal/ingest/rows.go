package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/iptc"
	"github.com/readout-news/readout/internal/limits"
)

// lines yields the reports of a file with one JSON object a line.
func (r *reader) lines(p string, in io.Reader, side *readout.Sidecar) error {
	br := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		line, long, err := readLine(br, r.opts.MaxLine)
		if err != nil && !errors.Is(err, io.EOF) {
			return r.unreadable(fmt.Sprintf("%s:%d", p, n), err)
		}
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		at := fmt.Sprintf("%s:%d", p, n)
		switch line = bytes.TrimSpace(line); {
		case long:
			if e := r.refuse(at, "the line is longer than the limit of %d bytes", r.opts.MaxLine); e != nil {
				return e
			}
		case len(line) > 0:
			if e := r.object(at, line, side); e != nil {
				return e
			}
		case n == 1 && err != nil:
			return r.refuse(p, "the file is empty")
		}
		if err != nil {
			return nil
		}
	}
}

// readLine reads to the next newline. A line over limit is read past and
// dropped; long says so.
func readLine(br *bufio.Reader, limit int64) (line []byte, long bool, err error) {
	for {
		part, err := br.ReadSlice('\n')
		if int64(len(line)+len(part)) > limit+1 {
			line, long = nil, true
		}
		if !long {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

// document yields the reports of a .json file: one object, a list of objects,
// or an object with a list of objects under "articles" (GDELT) or "reports".
func (r *reader) document(p piece, b []byte) error {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	switch depth, _, items := jsonShape(b); {
	case depth > limits.JSONDepth:
		return r.refuse(p.at, "its JSON is nested more than %d deep", limits.JSONDepth)
	case items > limits.JSONItems:
		return r.refuse(p.at, "its list has more than %d entries; split it, or give a report a line as .jsonl", limits.JSONItems)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(b, &list); err != nil {
		var wrapped struct{ Articles, Reports []json.RawMessage }
		if json.Unmarshal(b, &wrapped) != nil || wrapped.Articles == nil && wrapped.Reports == nil {
			return r.object(p.at, b, p.side)
		}
		list = append(wrapped.Articles, wrapped.Reports...)
	}
	side := outletOnly(p.side)
	for i, item := range list {
		if err := r.object(fmt.Sprintf("%s#%d", p.at, i+1), item, side); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return r.refuse(p.at, "an empty list of reports")
	}
	return nil
}

// outletOnly is what a manifest can say of each report in a file of many.
func outletOnly(s *readout.Sidecar) *readout.Sidecar {
	if s == nil || s.Outlet == "" {
		return nil
	}
	return &readout.Sidecar{Outlet: s.Outlet}
}

// object yields the report of one JSON object: an item of ninjs, or a row as
// news-please, Fundus and others write it, which package extract reads by the
// names of its fields.
func (r *reader) object(at string, b []byte, side *readout.Sidecar) error {
	switch depth, values, _ := jsonShape(b); {
	case depth > limits.JSONDepth:
		return r.refuse(at, "its JSON is nested more than %d deep", limits.JSONDepth)
	case values > limits.JSONValues:
		return r.refuse(at, "its JSON has more than %d values", limits.JSONValues)
	}
	var fields map[string]json.RawMessage
	err := json.Unmarshal(b, &fields)
	if err == nil && fields == nil {
		err = errors.New("null")
	}
	if err != nil {
		return r.refuse(at, "not a JSON object (%s); write one report as {\"text\":…,\"title\":…,\"published\":…}", jsonReason(err))
	}
	c := readout.Capture{Path: filepath.ToSlash(at), URL: urlOf(side), MediaType: "application/json", Body: bytes.Clone(b), Sidecar: side}
	if iptc.IsNinjs(fields) {
		c.MediaType = ninjsType
		return r.give(c)
	}
	if address := addressAlone(fields); address != "" {
		return r.refuse(at, "the row gives the address of a report and no text: %.300s; fetch lists of addresses with “readout feeds”", address)
	}
	return r.give(c)
}

// rowOf are names of fields that rows of lists of articles have beside the
// address (GDELT's DOC API, search exports).
var rowOf = []string{"seendate", "title", "headline", "domain", "sourcecountry", "language", "date", "published"}

// addressAlone is the address in a row that lists an article without its text;
// "" for other rows.
func addressAlone(fields map[string]json.RawMessage) string {
	address, row := "", false
	for name, value := range fields {
		low := strings.ToLower(name)
		switch low {
		case "url", "link":
			var s string
			if json.Unmarshal(value, &s) == nil && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && (address == "" || low == "url") {
				address = s
			}
			continue
		}
		for _, n := range rowOf {
			row = row || low == n
		}
		for _, n := range textFields {
			if low == n && string(value) != "null" && string(value) != `""` {
				return ""
			}
		}
	}
	if !row {
		return ""
	}
	return address
}

// textFields are the fields in which rows hold the text of a report; those that
// package extract reads.
var textFields = []string{"text", "maintext", "plaintext", "content", "body", "article", "article_text", "full_text", "articlebody", "html", "raw_html", "page", "rawhtml"}

// jsonShape is how deep arrays and objects of JSON lie within each other, and a
// bound on the number of its values; items counts those of lists that are the
// value or fields of it, an empty list as one. The decoder of the standard library goes
// 10,000 deep, and of "[0,0,…" it keeps ten times the bytes.
func jsonShape(b []byte) (deepest, values, items int) {
	depth, quoted := 0, false
	var in [3]byte // what the value is, and what stands in it
	lists := func() bool { return depth == 1 && in[1] == '[' || depth == 2 && in[1] == '{' && in[2] == '[' }
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > limits.JSONDepth {
				return depth, values, items
			}
			deepest = max(deepest, depth)
			values++
			if depth < len(in) {
				in[depth] = c
			}
			if c == '[' && lists() {
				items++
			}
		case c == ']' || c == '}':
			if depth--; depth < 0 {
				return deepest, values, items // the decoder reads no further
			}
		case c == ',':
			values++
			if lists() {
				items++
			}
		}
	}
	return deepest, values, items
}

func isObject(b []byte) bool {
	var fields map[string]json.RawMessage
	return json.Unmarshal(b, &fields) == nil && fields != nil
}

// jsonReason is a decoding error without Go's type names.
func jsonReason(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("%s at byte %d", syntax.Error(), syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("wrong kind of value: %s", kind.Value)
	}
	return err.Error()
}
