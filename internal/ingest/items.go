package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/charset"
	"github.com/readout-news/readout/internal/iptc"
	"github.com/readout-news/readout/internal/limits"
)

// Media types of items as news agencies deliver them. That of ninjs is not
// registered; the others are IPTC's.
const (
	ninjsType       = iptc.NinjsType
	newsItemType    = iptc.NewsItemType
	newsMessageType = "application/vnd.iptc.g2.newsmessage+xml"
)

// items yields the items of a NewsML-G2 file: the file where it is one item,
// each item's own bytes where it is a message of many.
func (r *reader) items(p piece, b []byte) error {
	if !iptc.IsNewsML(b) {
		return r.noReport(p, "XML, but no NewsML-G2 item of news; save the report as "+textExtensions+", and follow feeds with “readout feeds”")
	}
	declared := iptc.Declared(b)
	t := charset.Decode(b, declared)
	parts, err := iptc.Split(t.Text)
	if err != nil {
		return r.refuse(p.at, "%s", err)
	}
	if len(parts) == 0 {
		return r.refuse(p.at, "no newsItem is in it")
	}
	if len(parts) == 1 {
		return r.give(readout.Capture{Path: filepath.ToSlash(p.at), URL: urlOf(p.side), MediaType: newsItemType, Charset: declared, Body: b, Sidecar: p.side})
	}
	// The items of a message are cut out of its bytes, so these must be the
	// text they are searched in.
	if trimmed := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")); string(trimmed) != t.Text {
		return r.refuse(p.at, "a message of several items in %s; save it as UTF-8", t.Encoding)
	}
	side := outletOnly(p.side)
	for i, part := range parts {
		at := fmt.Sprintf("%s#%d", filepath.ToSlash(p.at), i+1)
		if err := r.give(readout.Capture{Path: at, URL: urlOf(side), MediaType: newsItemType, Charset: "utf-8", Body: []byte(part.In(t.Text)), Sidecar: side}); err != nil {
			return err
		}
	}
	return nil
}

// agencyType is the media type of a single ninjs or NewsML-G2 item; "" for
// other data.
func agencyType(b []byte) string {
	if iptc.IsNewsML(b) {
		if parts, err := iptc.Split(charset.Decode(b, iptc.Declared(b)).Text); err == nil && len(parts) == 1 {
			return newsItemType
		}
		return ""
	}
	var fields map[string]json.RawMessage
	depth, values, _ := jsonShape(b)
	if depth <= limits.JSONDepth && values <= limits.JSONValues && json.Unmarshal(b, &fields) == nil && iptc.IsNinjs(fields) {
		return ninjsType
	}
	return ""
}
