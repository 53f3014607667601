// Package charset turns the bytes of a text file or page into valid UTF-8.
//
// In order: a byte order mark, the charset that the carrier or the page
// declares, UTF-8 when the bytes are that, UTF-16 by its pattern of zero
// bytes, and last a statistical guess (gogs/chardet, after ICU) which falls
// back to windows-1252, the reading of browsers. Bytes that are broken in the
// chosen encoding become U+FFFD and are counted. A byte order mark is not part
// of the text. Text that is valid UTF-8 without a mark comes out unchanged,
// byte for byte.
//
// Encoding names are those of the WHATWG Encoding Standard. The package does
// not unpack character references, normalise or trim.
package charset

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Text is decoded text and how it was decoded.
type Text struct {
	Text     string // valid UTF-8
	Encoding string // WHATWG name, "utf-32le" and "utf-32be" beside them
	Basis    string // "bom", "declared", "utf-8", "zero bytes", "detected", "default"
	BOM      bool   // a byte order mark was left out
	Bad      int    // number of U+FFFD put in for broken bytes
}

// sampleSize is how many bytes the statistical guess looks at.
const sampleSize = 64 << 10

// minConfidence is chardet's own scale, 0 to 100. Below it a guess on a text
// that is mostly ASCII is no better than the default.
const minConfidence = 40

// Decode reads b as plain text; declared is the charset the carrier names, ""
// when it names none.
func Decode(b []byte, declared string) Text {
	if t, ok := decodeBOM(b); ok {
		return t
	}
	if utf8.Valid(b) && !looksUTF16(b) {
		return Text{Text: string(b), Encoding: "utf-8", Basis: "utf-8"}
	}
	if name := canonical(declared); name != "" && plausible(b, name) {
		return decodeAs(b, name, "declared")
	}
	return guess(b)
}

// DecodeHTML reads b as a page; declared is the charset the carrier names.
// The page's own meta elements count where the carrier is silent.
func DecodeHTML(b []byte, declared string) Text {
	if t, ok := decodeBOM(b); ok {
		return t
	}
	name := canonical(declared)
	if name == "" {
		// The standard has browsers look at the first 1024 bytes.
		if m := metaCharset.FindSubmatch(head(b, 1024)); m != nil {
			name = canonical(string(m[1]) + string(m[2]))
		}
	}
	switch {
	case name != "" && plausible(b, name):
		return decodeAs(b, name, "declared")
	case utf8.Valid(b) && !looksUTF16(b):
		return Text{Text: string(b), Encoding: "utf-8", Basis: "utf-8"}
	}
	return guess(b)
}

var metaCharset = regexp.MustCompile(`(?i)<meta\s[^>]*charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml\s[^>]*encoding\s*=\s*["']([\w:.-]+)`)

// Binary reports whether b is no text in any encoding, and what it seems to
// be: "a PDF document", "binary data".
func Binary(b []byte) (what string, yes bool) {
	for _, m := range magics {
		if bytes.HasPrefix(b, []byte(m.prefix)) {
			return m.what, true
		}
	}
	if _, ok := decodeBOM(head(b, 8)); ok || looksUTF16(b) {
		return "", false
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return "binary data (a zero byte)", true
	}
	control := 0
	sample := head(b, sampleSize)
	for _, c := range sample {
		// Escape (0x1b) opens ISO-2022 shifts; the others below are white space.
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1b && c != 0x1a {
			control++
		}
	}
	if control*10 > len(sample) {
		return "binary data (control characters)", true
	}
	return "", false
}

var magics = []struct{ prefix, what string }{
	{"%PDF-", "a PDF document"},
	{"PK\x03\x04", "a zip archive or office document"},
	{"PK\x05\x06", "a zip archive"},
	{"\xd0\xcf\x11\xe0", "an old office document"},
	{"{\\rtf", "a rich text document"},
	{"\x1f\x8b", "gzip data"},
	{"BZh", "bzip2 data"},
	{"\xfd7zXZ\x00", "xz data"},
	{"7z\xbc\xaf", "a 7z archive"},
	{"\x28\xb5\x2f\xfd", "zstd data"},
	{"\x89PNG", "a PNG picture"},
	{"GIF87a", "a GIF picture"},
	{"GIF89a", "a GIF picture"},
	{"\xff\xd8\xff", "a JPEG picture"},
	{"RIFF", "a media file"},
	{"\x7fELF", "a program"},
	{"SQLite format 3\x00", "a SQLite database"},
}

func head(b []byte, n int) []byte { return b[:min(n, len(b))] }

func decodeBOM(b []byte) (Text, bool) {
	var enc encoding.Encoding
	t := Text{Basis: "bom", BOM: true}
	switch {
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		t.Encoding = "utf-8"
		t.Text, t.Bad = validUTF8(b[3:])
		return t, true
	// UTF-32LE begins like UTF-16LE; it must be asked first.
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}) && len(b)%4 == 0:
		t.Encoding, enc, b = "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), b[4:]
	case bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}):
		t.Encoding, enc, b = "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), b[4:]
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		t.Encoding, enc, b = "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), b[2:]
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		t.Encoding, enc, b = "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), b[2:]
	default:
		return Text{}, false
	}
	t.Text, t.Bad = decode(b, enc)
	return t, true
}

// canonical is the WHATWG name for a label, "" when unknown. A page that
// can name itself in ASCII is not UTF-16, whatever it says.
func canonical(label string) string {
	label = strings.Trim(strings.ToLower(strings.TrimSpace(label)), `"'`)
	enc, err := htmlindex.Get(label)
	if err != nil {
		return ""
	}
	name, err := htmlindex.Name(enc)
	if err != nil || name == "replacement" || name == "x-user-defined" {
		return ""
	}
	if strings.HasPrefix(name, "utf-16") {
		return "utf-8"
	}
	return name
}

// plausible refuses a declaration that the bytes speak against: "utf-8" on
// bytes whose multi-byte sequences are mostly broken, and a legacy charset on
// bytes that are UTF-8 throughout (a page saved anew with its old meta
// element).
func plausible(b []byte, name string) bool {
	good, bad := sequences(b)
	if name == "utf-8" {
		return bad <= good
	}
	return good == 0 || bad > 0
}

// sequences counts well-formed multi-byte UTF-8 sequences and broken bytes.
func sequences(b []byte) (good, bad int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		b = b[n:]
	}
	return good, bad
}

func decodeAs(b []byte, name, basis string) Text {
	t := Text{Encoding: name, Basis: basis}
	if name == "utf-8" {
		t.Text, t.Bad = validUTF8(b)
		return t
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return guess(b)
	}
	t.Text, t.Bad = decode(b, enc)
	return t
}

func decode(b []byte, enc encoding.Encoding) (string, int) {
	// The decoders of x/text replace what is broken and report no error.
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return validUTF8(b)
	}
	s, bad := validUTF8(out)
	return s, bad + strings.Count(s, "\uFFFD")
}

// validUTF8 replaces each maximal broken part by one U+FFFD, as the Unicode
// Standard (3.9) recommends, and counts them.
func validUTF8(b []byte) (string, int) {
	if utf8.Valid(b) {
		return string(b), 0
	}
	var out strings.Builder
	out.Grow(len(b) + 16)
	bad := 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			out.WriteRune(utf8.RuneError)
			bad++
			n = brokenLen(b)
		} else {
			out.Write(b[:n])
		}
		b = b[n:]
	}
	return out.String(), bad
}

// brokenLen is the length of the longest prefix of b that begins a
// well-formed sequence without completing it, at least 1.
func brokenLen(b []byte) int {
	need := 0
	lo, hi := byte(0x80), byte(0xbf)
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		need = 1
	case c >= 0xe0 && c <= 0xef:
		need = 2
		if c == 0xe0 {
			lo = 0xa0
		} else if c == 0xed {
			hi = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		need = 3
		if c == 0xf0 {
			lo = 0x90
		} else if c == 0xf4 {
			hi = 0x8f
		}
	}
	n := 1
	for n <= need && n < len(b) && b[n] >= lo && b[n] <= hi {
		n++
		lo, hi = 0x80, 0xbf
	}
	return n
}

// looksUTF16 reports whether zero bytes stand at every other place, as in
// UTF-16 text of a Latin script without a byte order mark.
func looksUTF16(b []byte) bool {
	_, ok := utf16Order(b)
	return ok
}

func utf16Order(b []byte) (little, ok bool) {
	sample := head(b, sampleSize)
	if len(sample) < 4 || len(b)%2 != 0 {
		return false, false
	}
	var even, odd int
	for i, c := range sample {
		if c != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	half := len(sample) / 2
	switch {
	case odd*10 >= half*6 && even*50 < half:
		return true, true
	case even*10 >= half*6 && odd*50 < half:
		return false, true
	}
	return false, false
}

func guess(b []byte) Text {
	if little, ok := utf16Order(b); ok {
		t := Text{Encoding: "utf-16be", Basis: "zero bytes"}
		order := unicode.BigEndian
		if little {
			t.Encoding, order = "utf-16le", unicode.LittleEndian
		}
		t.Text, t.Bad = decode(b, unicode.UTF16(order, unicode.IgnoreBOM))
		return t
	}
	// Bytes that are mostly UTF-8 are UTF-8 with damage; in other encodings
	// few pairs of bytes happen to be well formed.
	if good, bad := sequences(b); good >= bad*2 {
		return decodeAs(b, "utf-8", "detected")
	}
	sample := head(b, sampleSize)
	high := 0
	for _, c := range sample {
		if c >= 0x80 {
			high++
		}
	}
	// In a Latin text few bytes are high and most of those are quotation
	// marks and dashes, which tell the statistics nothing: windows-1252, as
	// browsers read it.
	if high*20 > len(sample) {
		if name := detect(sample); name != "" {
			return decodeAs(b, name, "detected")
		}
	}
	return decodeAs(b, "windows-1252", "default")
}

// detect is the likeliest encoding by the statistics, "" when none is likely.
// The detector tries its encodings at the same time and lets the first of
// equals win; sorting by name makes the answer the same each time.
func detect(sample []byte) string {
	list, err := chardet.NewTextDetector().DetectAll(sample)
	if err != nil {
		return ""
	}
	slices.SortFunc(list, func(a, b chardet.Result) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Charset, b.Charset), cmp.Compare(a.Language, b.Language))
	})
	for _, r := range list {
		if r.Confidence < minConfidence {
			break
		}
		if name := canonical(r.Charset); name != "" && name != "utf-8" {
			return name
		}
	}
	return ""
}
