package reading

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/ingest"
)

// Capture is readout.Capture. Bytes that are UTF-8 stand in body, others in
// body_base64.
type Capture struct {
	Path       string    `json:"path,omitzero"`
	URL        string    `json:"url,omitzero"`
	MediaType  string    `json:"media_type"`
	Charset    string    `json:"charset,omitzero"` // declared by the carrier
	Body       *string   `json:"body,omitzero"`
	BodyBase64 []byte    `json:"body_base64,omitzero"`
	SHA256     string    `json:"sha256,omitzero"` // of the bytes; checked where it is given
	Sidecar    *Sidecar  `json:"sidecar,omitzero"`
	Fetched    time.Time `json:"fetched,omitzero"` // when the web gave the bytes
}

// Sidecar is what a manifest or the carrier says of a report beside its bytes.
type Sidecar struct {
	Outlet    string `json:"outlet,omitzero"`
	Published string `json:"published,omitzero"`
	URL       string `json:"url,omitzero"`
	Title     string `json:"title,omitzero"`
}

func captureOf(c *readout.Capture) *Capture {
	out := &Capture{Path: c.Path, URL: c.URL, MediaType: c.MediaType, Charset: c.Charset, SHA256: c.SHA256, Fetched: c.Fetched}
	if utf8.Valid(c.Body) {
		s := string(c.Body)
		out.Body = &s
	} else {
		out.BodyBase64 = c.Body
	}
	if c.Sidecar != nil {
		side := Sidecar(*c.Sidecar)
		out.Sidecar = &side
	}
	return out
}

// AppendCapture appends a capture as a line that Line reads.
func AppendCapture(b []byte, c *readout.Capture) ([]byte, error) {
	out := bytes.NewBuffer(b)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(captureOf(c))
	return out.Bytes(), err
}

// Noun is the capture as the program has it, with its SHA-256.
func (c *Capture) Noun() (readout.Capture, error) {
	out := readout.Capture{Path: c.Path, URL: c.URL, MediaType: c.MediaType, Charset: c.Charset, Body: c.BodyBase64, Fetched: c.Fetched}
	switch {
	case c.Body != nil && c.BodyBase64 != nil:
		return out, errors.New("the capture has body and body_base64; give one of them")
	case c.Body != nil:
		out.Body = []byte(*c.Body)
	case c.BodyBase64 == nil:
		return out, errors.New("the capture has no body; give body or body_base64")
	}
	sum := sha256.Sum256(out.Body)
	out.SHA256 = hex.EncodeToString(sum[:])
	if c.SHA256 != "" && !strings.EqualFold(c.SHA256, out.SHA256) {
		return out, fmt.Errorf("the bytes have the SHA-256 %s and not the one given; they were changed on the way", out.SHA256)
	}
	if c.Sidecar != nil {
		side := readout.Sidecar(*c.Sidecar)
		out.Sidecar = &side
	}
	return out, nil
}

// captureFields are the names that a line with a capture may have.
var captureFields = func() map[string]bool {
	out := map[string]bool{}
	t := reflect.TypeFor[Capture]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out[name] = true
	}
	return out
}()

// Line reads a line of the input: a capture, which has a media_type, or one
// report in JSON as files of such lines have it (ingest.Row), whose bytes are the
// line as it stands. name is that of the input; a line that names no path is
// name:n.
func Line(line []byte, name string, n int) (readout.Capture, error) {
	at := name + ":" + strconv.Itoa(n)
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil || fields["media_type"] == nil {
		c, refused := ingest.Row(at, line)
		if refused != nil {
			return readout.Capture{Path: at}, errors.New(refused.Reason)
		}
		return c, nil
	}
	for f := range fields {
		if !captureFields[f] {
			return readout.Capture{Path: at}, fmt.Errorf("a capture has no field %q; docs/extract.md lists them", f)
		}
	}
	var c Capture
	if err := json.Unmarshal(line, &c); err != nil {
		return readout.Capture{Path: at}, errors.New("not a capture: " + jsonReason(err))
	}
	if c.Path == "" && c.URL == "" {
		c.Path = at
	}
	return c.Noun()
}
