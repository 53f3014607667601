package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// assets are the files under static/, each served under a name that carries the
// hash of its bytes, so that browsers may keep it forever.
type assets struct {
	byURL map[string][]byte
	byGz  map[string][]byte // the same packed as small as it gets, where that is worth it
	url   map[string]string // name, "app.css" → URL
	key   string            // of all of them
}

// cssRoom is what a browser needs not of a style sheet: notes and the ends of
// lines with what they are indented by.
var cssRoom = regexp.MustCompile(`/\*[^*]*\*+([^/*][^*]*\*+)*/|\s*\n\s*`)

var cssURL = regexp.MustCompile(`url\(([a-z0-9./-]+)\)`)

func loadAssets() (*assets, error) {
	a := &assets{byURL: map[string][]byte{}, byGz: map[string][]byte{}, url: map[string]string{}}
	all := sha256.New()
	sub, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	add := func(name string, body []byte) {
		sum := sha256.Sum256(body)
		all.Write(sum[:])
		ext := path.Ext(name)
		u := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		a.byURL[u], a.url[name] = body, u
		if ext == ".css" || ext == ".js" {
			a.byGz[u] = packed(body)
		}
	}
	// The style sheet names the fonts, so it comes after them.
	var sheets []string
	err = fs.WalkDir(sub, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if path.Ext(name) == ".css" {
			sheets = append(sheets, name)
			return nil
		}
		body, err := fs.ReadFile(sub, name)
		if err != nil {
			return err
		}
		if name == "app.js" {
			keys, err := json.Marshal(shortcuts)
			if err != nil {
				return err
			}
			body = bytes.Replace(body, []byte("/* keys */ []"), keys, 1)
		}
		add(name, body)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range sheets {
		body, err := fs.ReadFile(sub, name)
		if err != nil {
			return nil, err
		}
		body = cssRoom.ReplaceAll(body, nil)
		add(name, cssURL.ReplaceAllFunc(body, func(m []byte) []byte {
			if u := a.url[string(cssURL.FindSubmatch(m)[1])]; u != "" {
				return []byte("url(" + u + ")")
			}
			return m
		}))
	}
	a.key = hex.EncodeToString(all.Sum(nil)[:8])
	return a, nil
}

// packed is body under gzip at its best: assets are packed once, not at every
// request.
func packed(body []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err != nil || w.Close() != nil {
		return nil // a buffer takes everything; without it the body is sent as it is
	}
	return b.Bytes()
}

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := a.byURL[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	t := mime.TypeByExtension(path.Ext(r.URL.Path))
	switch path.Ext(r.URL.Path) { // what the machine's tables may not know
	case ".woff2":
		t = "font/woff2"
	case ".js":
		t = "text/javascript; charset=utf-8"
	case ".txt":
		t = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", t)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if gz := a.byGz[r.URL.Path]; gz != nil {
		w.Header().Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			w.Header().Set("Content-Encoding", "gzip")
			body = gz
		}
	}
	w.Write(body)
}

// acceptsGzip reports whether the browser takes gzip.
func acceptsGzip(r *http.Request) bool {
	for _, x := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(x), ";")
		if strings.TrimSpace(name) == "gzip" && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}
