package robots

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		name, file string
		yes, no    []string
	}{
		{"empty", "", []string{"/", "/a"}, nil},
		{"nothing", "User-agent: *\nDisallow: /", []string{"/robots.txt"}, []string{"/", "/a", ""}},
		{"empty path allows", "User-agent: *\nDisallow:", []string{"/", "/a"}, nil},
		{"star alone", "user-agent: *\ndisallow: *", nil, []string{"/", "/a"}},
		{"own group beats star", "User-agent: *\nDisallow: /\n\nUser-agent: readout\nDisallow: /x", []string{"/", "/a"}, []string{"/x", "/xy"}},
		{"own group with a version", "User-agent: *\nDisallow: /\nUser-agent: ReadOut/2.0\nAllow: /", []string{"/a"}, nil},
		{"a prefix of the token is another", "User-agent: Read\nDisallow: /\nUser-agent: Readouts\nDisallow: /", []string{"/a"}, nil},
		{"groups of one token are joined", "User-agent: Readout\nDisallow: /a\nUser-agent: other\nDisallow: /\nUser-agent: Readout\nDisallow: /b", []string{"/c"}, []string{"/a", "/b"}},
		{"two names, one group", "User-agent: other\nUser-agent: Readout\nDisallow: /a", []string{"/b"}, []string{"/a"}},
		{"own empty group", "User-agent: *\nDisallow: /\nUser-agent: Readout\n", []string{"/a"}, nil},
		{"longest wins", "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif", []string{"/example/page/"}, []string{"/example/page/disallowed.gif"}},
		{"allow wins a draw", "User-agent: *\nDisallow: /page\nAllow: /page", []string{"/page"}, nil},
		{"wildcards", "User-agent: *\nDisallow: /a*b\nDisallow: *.gif$\nAllow: /this/*/exactly$", []string{"/x/a1b", "/a.gif?x", "/this/x/exactly"}, []string{"/a1b", "/ab/c", "/x.gif"}},
		{"end", "User-agent: *\nDisallow: /fish$", []string{"/fish/", "/fishes"}, []string{"/fish"}},
		{"end overlaps", "User-agent: *\nDisallow: /aa*aa$", []string{"/aaa"}, []string{"/aaaa", "/aaxaa"}},
		{"encoding", "User-agent: *\nDisallow: /foo/bar?baz=https://foo.bar\nDisallow: /ツ\nDisallow: /%62ook", []string{"/x"}, []string{"/foo/bar?baz=https://foo.bar", "/%E3%83%84", "/%e3%83%84/a", "/book", "/%62ook"}},
		{"reserved stays", "User-agent: *\nDisallow: /a%2fb", []string{"/a/b"}, []string{"/a%2Fb", "/a%2fb"}},
		{"comments and bad lines", "\xef\xbb\xbf# hello\nDisallow: /early\nnonsense\nUser-agent: * # all\nCrawl-delay: soon\nDisallow: /a # why\nFoo: bar", []string{"/b", "/early"}, []string{"/a"}},
		{"sitemap ends no group", "User-agent: *\nSitemap: https://karvany.example/s.xml\nUser-agent: other\nDisallow: /a", []string{"/b"}, []string{"/a"}},
		{"carriage returns", "User-agent: *\rDisallow: /a\r\rDisallow: /b", []string{"/c"}, []string{"/a", "/b"}},
		{"case of paths counts", "User-agent: *\nDisallow: /A", []string{"/a"}, []string{"/A"}},
		{"query", "User-agent: *\nDisallow: /*?", []string{"/a"}, []string{"/a?b"}},
		{"slash left out", "User-agent: *\nDisallow: private/", []string{"/a"}, []string{"/private/a"}},
		{"html", "<!DOCTYPE html><title>404: not here</title>", []string{"/"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Parse([]byte(c.file), "Readout")
			for _, p := range c.yes {
				if !r.Allowed(p) {
					t.Errorf("%q is not allowed", p)
				}
			}
			for _, p := range c.no {
				if r.Allowed(p) {
					t.Errorf("%q is allowed", p)
				}
			}
		})
	}
	if Nothing().Allowed("/a") || !Nothing().Allowed("/robots.txt") {
		t.Error("Nothing")
	}
}

func TestDelayAndSitemaps(t *testing.T) {
	r := Parse([]byte("Sitemap: https://a.example/1.xml\nUser-agent: *\nCrawl-delay: 1.5\nUser-agent: Readout\nCrawl-delay: 7\nsitemap:https://a.example/2.xml"), "readout")
	if r.Delay != 7*time.Second || !slices.Equal(r.Sitemaps, []string{"https://a.example/1.xml", "https://a.example/2.xml"}) {
		t.Errorf("%+v", r)
	}
	for _, bad := range []string{"-1", "NaN", "Inf x", ""} {
		if r := Parse([]byte("User-agent: *\nCrawl-delay: "+bad), "readout"); r.Delay != 0 {
			t.Errorf("%q: %v", bad, r.Delay)
		}
	}
	if r := Parse([]byte("User-agent: *\nCrawl-delay: 1e300"), "x"); r.Delay != 7*24*time.Hour {
		t.Errorf("huge delay: %v", r.Delay)
	}
}

// What lies behind the limit is not read.
func TestLimit(t *testing.T) {
	r := Parse([]byte("User-agent: *\nDisallow: /a\n"+strings.Repeat("#\n", MaxBytes/2)+"Disallow: /b\n"), "x")
	if r.Allowed("/a") || !r.Allowed("/b") {
		t.Error("limit")
	}
}

func TestProduct(t *testing.T) {
	for in, want := range map[string]string{"Readout/1.2 (+https://a.example)": "Readout", "Readout": "Readout", "Hegra-Bot x": "Hegra-Bot", "/": ""} {
		if got := Product(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// Whatever the file, the rules answer, robots.txt stays allowed, writing a path
// in another encoding changes nothing, and the text of rules makes them again.
func FuzzParse(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 3\nSitemap: x"), "/a/b?c=%41")
	f.Add([]byte("User-agent: readout\nCrawl-delay: 0.0000000015\nDisallow:\x00#"), "")
	f.Add([]byte("User-agent: readout\nDisallow: *%zz*\xff"), "/%zz\xff")
	f.Fuzz(func(t *testing.T, b []byte, path string) {
		r := Parse(b, "readout")
		if r.Allowed(path) != r.Allowed(normal(path)) && path != "" && normal(path) != "/robots.txt" {
			t.Errorf("%q: another answer as %q", path, normal(path))
		}
		if !r.Allowed("/robots.txt") || r.Delay < 0 {
			t.Error("robots.txt or delay")
		}
		again := Parse([]byte(r.Text()), "another")
		if again.Text() != r.Text() || again.Delay != r.Delay || again.Allowed(path) != r.Allowed(path) || !slices.Equal(again.Sitemaps, r.Sitemaps) {
			t.Errorf("%q became %q", r.Text(), again.Text())
		}
	})
}
