package iptc

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/corpus"
	"github.com/readout-news/readout/internal/torture"
)

// said is all that an item says, to look for what must not be in it.
func said(item *Item) string { return fmt.Sprintf("%+v", *item) }

// tried reads XML both ways in which it is read, and returns what came of it.
func tried(t *testing.T, name, s string) (item *Item, err error) {
	t.Helper()
	start := time.Now()
	parts, splitErr := Split(s)
	item, err = NewsItem(s)
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("%s took %v", name, took)
	}
	for _, err := range []error{splitErr, err} {
		if err != nil && err.Error() == "" {
			t.Errorf("%s: refused without a reason", name)
		}
	}
	if splitErr == nil && err == nil && len(parts) == 0 {
		t.Errorf("%s: an item is read of it, and none is found in it", name)
	}
	return item, err
}

const story = `<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:1"><contentMeta><headline>Maren meets Ered %[1]s</headline><by>Ilse Vale %[1]s</by></contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Maren met Ered in Port Elsey. %[1]s</p></body></html></inlineXML></contentSet></newsItem>`

// R14: of XML of agencies no entity beyond the five is expanded, in whatever way it
// is declared or not, and nothing outside of it is read: what declares or needs one
// is refused.
func TestHostile(t *testing.T) {
	// Every bomb of libxml2 as it is, and with a story in the place of its root, so
	// that its entities are those of an item.
	files, wrapped, read := 0, 0, torture.Watch(t)
	dir := filepath.Join(corpus.Dir(t), "hostile", "libxml2")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".txt") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s := strings.ToValidUTF8(string(b), "\uFFFD")
		files++
		if item, err := tried(t, path, s); err == nil {
			read.Errorf("%s is read as %s", path, said(item))
		}
		at := strings.Index(s, "<!DOCTYPE")
		if at < 0 {
			return nil
		}
		end := strings.LastIndex(s, "]>") + 1 // of its own subset
		if end == 0 {
			end = at + strings.IndexByte(s[at:], '>')
		}
		head := s[:end+1]
		wrapped++
		for _, use := range []string{"", "&a;", "&lol;", "&e9;"} {
			if item, err := tried(t, path+" with a story", head+fmt.Sprintf(story, use)); err == nil || !strings.Contains(err.Error(), "document type") {
				read.Errorf("%s with a story is read as %+v, %v", path, item, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 29 || wrapped < 10 {
		t.Errorf("%d files, %d with a document type", files, wrapped)
	}
	torture.Counted(t, "R14", files+4*wrapped, "files of libxml2 read as items of agencies, as they are and around a story", fmt.Sprintf("%d read, each refused with a reason", read.N()))

	// What reaches out: nobody is asked, and no file's words come in.
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, "SECRET")
	}))
	defer server.Close()
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("SECRET"), 0o600); err != nil {
		t.Fatal(err)
	}
	n, outside := 0, torture.Watch(t)
	for _, at := range []string{server.URL + "/x", "file://" + secret, secret} {
		for name, c := range map[string]struct {
			head, use string
			read      bool
		}{
			"an external entity":          {`<!DOCTYPE newsItem [<!ENTITY x SYSTEM "` + at + `">]>`, "&x;", false},
			"one that is public":          {`<!DOCTYPE newsItem [<!ENTITY x PUBLIC "-//x" "` + at + `">]>`, "&x;", false},
			"an external subset":          {`<!DOCTYPE newsItem SYSTEM "` + at + `">`, "&x;", false},
			"a subset and no use of it":   {`<!DOCTYPE newsItem SYSTEM "` + at + `">`, "", false},
			"a parameter entity":          {`<!DOCTYPE newsItem [<!ENTITY % x SYSTEM "` + at + `"> %x;]>`, "", false},
			"an entity within a value":    {`<!DOCTYPE newsItem [<!ENTITY x "SECRET">]>`, "&x;", false},
			"one of one within":           {`<!DOCTYPE newsItem [<!ENTITY y "SECRET"><!ENTITY x "&y;&y;">]>`, "&x;", false},
			"an entity that is not":       {"", "&x;", false},
			"an entity of HTML":           {"", "&nbsp;", false},
			"an attribute's default":      {`<!DOCTYPE newsItem [<!ATTLIST newsItem guid CDATA "SECRET">]>`, "", false},
			"a style sheet":               {`<?xml-stylesheet type="text/xsl" href="` + at + `"?>`, "", true},
			"an inclusion":                {"", `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="` + at + `" parse="text"/>`, true},
			"a schema":                    {"", `<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x ` + at + `"/>`, true},
			"a namespace":                 {"", `<x xmlns="` + at + `"/>`, true},
			"a picture":                   {"", `<img src="` + at + `"/>`, true},
			"the five and numbers":        {"", "&lt;&gt;&amp;&quot;&apos;&#65;&#x42;", true},
			"an entity within a comment":  {"", "<!-- &x; -->", true},
			"an entity within a CDATA":    {"", "<![CDATA[&x;]]>", true},
			"a document type in the text": {"", `<![CDATA[<!DOCTYPE a [<!ENTITY x SYSTEM "` + at + `">]>]]>`, true},
			"a document type later":       {"", `<!DOCTYPE a [<!ENTITY x "SECRET">]>&x;`, false},
		} {
			n++
			item, err := tried(t, name, c.head+fmt.Sprintf(story, c.use))
			if (err == nil) != c.read {
				outside.Errorf("%s (%s): %v", name, at, err)
			}
			if err == nil && (strings.Contains(said(item), "SECRET") || !strings.Contains(item.Text, "Maren met Ered in Port Elsey.")) {
				outside.Errorf("%s (%s): read as %s", name, at, said(item))
			}
			if err == nil && name == "the five and numbers" && item.Title != `Maren meets Ered <>&"'AB` {
				outside.Errorf("%s: %q", name, item.Title)
			}
			if err == nil && name == "an entity within a CDATA" && item.Title != "Maren meets Ered &x;" {
				t.Errorf("%s: %q", name, item.Title)
			}
		}
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests were made", asked.Load())
	}
	torture.Counted(t, "R14", n, "ways out of an item of an agency, to a server and to files", fmt.Sprintf("%d requests, %d read otherwise than as they stand", asked.Load(), outside.N()))
}
