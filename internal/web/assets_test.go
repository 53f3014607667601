package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A style sheet without room says the same: rules, strings and sums stay.
func TestSheetWithoutRoom(t *testing.T) {
	in := "/* a * note\n over lines **/\n.a{\n  b:c d;\n  w:calc(1px - 2px)}\n.x::after{content:\"/\"} .y>z{e:f}\n"
	want := `.a{b:c d;w:calc(1px - 2px)}.x::after{content:"/"} .y>z{e:f}`
	if got := string(cssRoom.ReplaceAll([]byte(in), nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	sheet := string(a.byURL[a.url["app.css"]])
	if strings.Contains(sheet, "/*") || strings.Count(sheet, "{") != strings.Count(sheet, "}") {
		t.Error("the sheet has notes, or braces that do not match")
	}
}

func TestAssetsArePackedWhereTheyMayBe(t *testing.T) {
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{"gzip, deflate, br": "gzip", "br, gzip;q=1": "gzip", "": "", "gzip;q=0": "", "br": ""} {
		r := httptest.NewRequest(http.MethodGet, a.url["app.css"], nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != want || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("accepting %q: packed as %q, want %q", accept, got, want)
		}
	}
}
