package corpus

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Page is a web page with what a person says is in it.
type Page struct {
	Set     string // "trafilatura": segments; "fundus": body, title, authors, date
	ID      string
	HTML    []byte
	URL     string
	With    []string // segments of the article
	Without []string // segments of the page that are not the article
	Title   string
	Authors []string
	Date    string // "2024-11-26 13:27:18+00:00", "" unknown
	Body    string // paragraphs, one a line
}

// ReadPages reads html/index.jsonl under data and calls f with each page in
// its order, one page in memory at a time.
func ReadPages(data string, f func(*Page) error) error {
	index, err := os.Open(filepath.Join(data, "html", "index.jsonl"))
	if err != nil {
		return err
	}
	defer index.Close()
	sc := bufio.NewScanner(index)
	sc.Buffer(nil, 4<<20)
	for n := 1; sc.Scan(); n++ {
		var l struct {
			Set, ID, HTML, URL string
			With, Without      []string
			Title, Date, Body  *string
			Author             json.RawMessage
		}
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			return fmt.Errorf("html/index.jsonl:%d: %w", n, err)
		}
		p := &Page{Set: l.Set, ID: l.ID, URL: l.URL, With: l.With, Without: l.Without, Title: deref(l.Title), Date: deref(l.Date), Body: deref(l.Body)}
		var one string
		if json.Unmarshal(l.Author, &p.Authors) != nil && json.Unmarshal(l.Author, &one) == nil && one != "" {
			p.Authors = []string{one}
		}
		if p.HTML, err = readPage(filepath.Join(data, "html", filepath.FromSlash(l.HTML))); err != nil {
			return err
		}
		if err := f(p); err != nil {
			return err
		}
	}
	return sc.Err()
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func readPage(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if !strings.HasSuffix(name, ".gz") {
		return io.ReadAll(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return io.ReadAll(z)
}
