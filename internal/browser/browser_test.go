package browser

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	Stop()
	os.Exit(code)
}

// What is vendored is what the manifest says.
func TestVendored(t *testing.T) {
	b, err := os.ReadFile("testdata/axe/SOURCE.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		name, sum, ok := strings.Cut(s.Text(), "\t")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		f, err := os.ReadFile(filepath.Join("testdata/axe", name))
		if err != nil {
			t.Fatal(err)
		}
		n++
		if h := sha256.Sum256(f); hex.EncodeToString(h[:]) != sum {
			t.Errorf("%s has SHA-256 %x, the manifest says %s", name, h, sum)
		}
	}
	if n != 2 {
		t.Errorf("%d files in the manifest, want 2", n)
	}
}

const (
	good = `<!doctype html><html lang=en><meta name=viewport content="width=device-width"><title>Good</title><link rel=icon href="data:,"><main><h1>Good</h1><p><a href="/bad">on</a> <input aria-label=box></main></html>`
	bad  = `<!doctype html><html><title></title><body><img src="http://elsewhere.example/x.png"><div style="width:3000px">wide</div><p onclick=x()>hi<script>console.error("loud");alert(1);document.title="ran"</script></html>`
)

func site(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			io.WriteString(w, good)
		case "/bad":
			io.WriteString(w, bad)
		case "/strict":
			w.Header().Set("Content-Security-Policy", "default-src 'none'")
			io.WriteString(w, bad)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// The harness sees nothing wrong with a good page and everything that is wrong
// with a bad one.
func TestSeesWhatIsWrong(t *testing.T) {
	p := New(t, site(t))
	if got := p.Open("/"); got != 200 {
		t.Errorf("status %d", got)
	}
	if got := p.Axe(); len(got) > 0 {
		t.Error(got)
	}
	if by, what := p.Wide(); by > 0 {
		t.Error(by, what)
	}
	if got := p.Problems(); len(got) > 0 {
		t.Error(got)
	}
	if got := p.Requests(); len(got) != 1 {
		t.Error(got)
	}
	if got := p.Open("/none"); got != 404 {
		t.Errorf("status %d, want 404", got)
	}

	p.Open("/bad")
	if got := p.Axe(); len(got) < 2 {
		t.Errorf("axe finds %v", got)
	}
	if by, what := p.Wide(); by < 1000 || len(what) == 0 {
		t.Error(by, what)
	}
	seen := strings.Join(p.Problems(), "\n")
	for _, want := range []string{"console: \"loud\"", "dialog: alert", "request to elsewhere: GET http://elsewhere.example/x.png"} {
		if !strings.Contains(seen, want) {
			t.Errorf("%q was not seen in\n%s", want, seen)
		}
	}

	p.Open("/strict")
	if seen := strings.Join(p.Problems(), "\n"); !strings.Contains(seen, "Content Security Policy") || strings.Contains(seen, "loud") {
		t.Errorf("the policy's violations were not seen in\n%s", seen)
	}
}

func TestLooks(t *testing.T) {
	p := New(t, site(t))
	for _, l := range Looks {
		p.Look(l)
		p.Open("/")
		if got := Eval[int](p, "innerWidth"); got != map[bool]int{false: 1440, true: 390}[l.Phone] {
			t.Errorf("%s: %d wide", l, got)
		}
		if got := Eval[bool](p, "matchMedia('(prefers-color-scheme: dark)').matches"); got != l.Dark {
			t.Errorf("%s: dark %v", l, got)
		}
	}
	p.Look(Look{NoScript: true})
	p.Open("/bad")
	if got := Eval[string](p, "document.title"); got != "" {
		t.Errorf("script ran with script off: title %q", got)
	}
	p.Look(Look{})
	p.Open("/")
	p.Click("input")
	p.Press("words")
	if got := Eval[string](p, "document.querySelector('input').value"); got != "words" {
		t.Errorf("typed %q", got)
	}
	p.Follow("a")
	if p.Path() != "/bad" {
		t.Errorf("at %s", p.Path())
	}
	if b := p.PDF("harness"); !bytes.HasPrefix(b, []byte("%PDF")) {
		t.Error("no PDF")
	}
}
