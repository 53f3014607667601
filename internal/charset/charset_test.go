package charset_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"github.com/readout-news/readout/internal/charset"
)

func encode(t *testing.T, name, text string) []byte {
	t.Helper()
	if name == "utf-16le" || name == "utf-16be" {
		order := unicode.LittleEndian
		if name == "utf-16be" {
			order = unicode.BigEndian
		}
		b, err := unicode.UTF16(order, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := enc.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatalf("encode as %s: %v", name, err)
	}
	return b
}

const english = "“We did not solve anything,” Mr Aldane said – and he smiled. The café in Lindvik was full of people who had come to listen to him.\n"

func TestDecode(t *testing.T) {
	russian := strings.Repeat("Министр иностранных дел Соллунда заявила во вторник, что переговоры на озере прошли успешно. ", 4)
	japanese := strings.Repeat("外務大臣は火曜日に湖の水をめぐる協議が成功したと述べた。次の会合は四月に開かれる予定である。", 4)
	chinese := strings.Repeat("外交部长星期二表示，关于湖水的谈判取得了成功，下一轮会谈将于四月在港口城市举行。", 4)
	czech := strings.Repeat("Ministryně zahraničí v úterý řekla, že jednání o jezeře proběhla úspěšně a že další kolo začne v dubnu. ", 4)
	tests := []struct {
		name, encoding, declared, text, wantBasis string
	}{
		{"plain utf-8", "utf-8", "", english, "utf-8"},
		{"utf-8 declared as latin 1", "utf-8", "iso-8859-1", english, "utf-8"},
		{"windows-1252 quotes", "windows-1252", "", english, "default"},
		{"windows-1252 declared", "windows-1252", "windows-1252", english, "declared"},
		{"windows-1252 declared as utf-8", "windows-1252", "utf-8", english, "default"},
		{"utf-16le by zero bytes", "utf-16le", "", english, "zero bytes"},
		{"utf-16be by zero bytes", "utf-16be", "", english, "zero bytes"},
		{"windows-1251 detected", "windows-1251", "", russian, "detected"},
		{"koi8-r detected", "koi8-r", "", russian, "detected"},
		{"shift_jis detected", "shift_jis", "", japanese, "detected"},
		{"euc-jp detected", "euc-jp", "", japanese, "detected"},
		{"gb18030 detected", "gb18030", "", chinese, "detected"},
		{"big5 declared", "big5", "big5", strings.Repeat("外交部長星期二表示談判成功。", 4), "declared"},
		{"iso-8859-2 declared", "iso-8859-2", "latin2", czech, "declared"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := charset.Decode(encode(t, tt.encoding, tt.text), tt.declared)
			if got.Text != tt.text {
				t.Errorf("text as %s: %.80q", got.Encoding, got.Text)
			}
			if got.Basis != tt.wantBasis || got.Bad != 0 || got.BOM {
				t.Errorf("got basis %q bad %d bom %v, want basis %q", got.Basis, got.Bad, got.BOM, tt.wantBasis)
			}
		})
	}
}

func TestDecodeBOM(t *testing.T) {
	for _, tt := range []struct{ encoding, bom string }{
		{"utf-8", "\xef\xbb\xbf"}, {"utf-16le", "\xff\xfe"}, {"utf-16be", "\xfe\xff"},
	} {
		got := charset.Decode(append([]byte(tt.bom), encode(t, tt.encoding, english)...), "windows-1252")
		if got.Text != english || !got.BOM || got.Encoding != tt.encoding {
			t.Errorf("%s: got %s bom %v %.40q", tt.encoding, got.Encoding, got.BOM, got.Text)
		}
	}
}

func TestDecodeReplaces(t *testing.T) {
	tests := []struct {
		name, in, want string
		bad            int
	}{
		{"one byte among good ones", "“Maren” and “Ered” and “Whit\xfflock”", "“Maren” and “Ered” and “Whit\uFFFDlock”", 1},
		{"cut sequence counts once", "“Maren” “Ered” “x\xe2\x80 y”", "“Maren” “Ered” “x\uFFFD y”", 1},
		{"surrogate in utf-8", "“Maren” “Ered” “ok” \xed\xa0\x80", "“Maren” “Ered” “ok” \uFFFD\uFFFD\uFFFD", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := charset.Decode([]byte(tt.in), "utf-8")
			if got.Text != tt.want || got.Bad != tt.bad {
				t.Errorf("got %q bad %d, want %q bad %d", got.Text, got.Bad, tt.want, tt.bad)
			}
		})
	}
}

func TestDecodeHTML(t *testing.T) {
	page := func(meta string) string {
		return "<html><head>" + meta + "</head><body><p>" + english + "</p></body></html>"
	}
	meta := page(`<meta charset="windows-1252">`)
	if got := charset.DecodeHTML(encode(t, "windows-1252", meta), ""); got.Text != meta || got.Basis != "declared" {
		t.Errorf("meta charset: %s %s", got.Encoding, got.Basis)
	}
	old := page(`<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">`)
	if got := charset.DecodeHTML([]byte(old), ""); got.Text != old || got.Encoding != "utf-8" {
		t.Errorf("utf-8 page with an old meta element: %s", got.Encoding)
	}
}

func TestBinary(t *testing.T) {
	for in, want := range map[string]bool{
		"%PDF-1.7 …":                  true,
		"PK\x03\x04word/document.xml": true,
		"Maren\x00Ered":               true,
		"Talks at Harbour House\n":    false,
		"\xff\xfeM\x00a\x00":          false,
		"":                            false,
	} {
		if _, got := charset.Binary([]byte(in)); got != want {
			t.Errorf("Binary(%q) = %v", in, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", english, "\xff\xfeM\x00", "\xe2\x80", "\xff\xfe\x00\x00M\x00\x00\x00", "a\x00b\x00", "<meta charset=utf-7>", "\x1b$B0!\x1b(B"} {
		f.Add([]byte(s), "")
		f.Add([]byte(s), "shift_jis")
	}
	f.Fuzz(func(t *testing.T, b []byte, declared string) {
		for _, got := range []charset.Text{charset.Decode(b, declared), charset.DecodeHTML(b, declared)} {
			if !utf8.ValidString(got.Text) {
				t.Fatalf("not valid UTF-8: %q", got.Text)
			}
			if got.Encoding == "" || got.Basis == "" {
				t.Fatalf("no encoding or basis: %+v", got)
			}
			// One byte gives at most one U+FFFD of three bytes; UTF-16 pairs
			// and single bytes give at most three.
			if len(got.Text) > 6*len(b)+4 {
				t.Fatalf("%d bytes became %d", len(b), len(got.Text))
			}
		}
		if again := charset.Decode(b, declared); again != charset.Decode(b, declared) {
			t.Fatal("the same bytes were decoded in two ways")
		}
		if utf8.Valid(b) && len(b)%2 == 1 && !strings.HasPrefix(string(b), "\ufeff") {
			if got := charset.Decode(b, ""); got.Text != string(b) {
				t.Fatalf("valid UTF-8 changed: %q became %q", b, got.Text)
			}
		}
	})
}
