package export

import (
	"encoding/json"
	"io"
	"time"
)

// ManifestSchema names the form of Manifest.
const ManifestSchema = "readout/manifest/1"

// Manifest says what an export holds and what it does not.
type Manifest struct {
	Schema   string         `json:"schema"`
	Format   string         `json:"format"`
	Follows  string         `json:"follows"` // specification and version
	Readout  string         `json:"readout"` // version of the program
	Revision int            `json:"revision,omitempty"`
	AsOf     string         `json:"as_of,omitempty"`
	Made     string         `json:"made,omitempty"` // RFC 3339; only where the caller gave the time
	Base     string         `json:"base,omitempty"`
	Filters  []Param        `json:"filters"`
	Counts   map[string]int `json:"counts"`   // facts in the files, by kind
	LeftOut  []LeftOut      `json:"left_out"` // facts that passed the filters and are in no file
	Files    []File         `json:"files"`
}

// Param is one filter that was set.
type Param struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// LeftOut counts facts of one kind that are not in the files, or not in full.
type LeftOut struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
	Count  int    `json:"count"`
	Part   bool   `json:"part,omitempty"` // the fact is in, a part of it is not
}

// File is one file of an export.
type File struct {
	Name   string `json:"name"`
	Items  int    `json:"items"` // lines, rows or elements, without headers
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Write prints m as indented JSON and a final newline.
func (m *Manifest) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(m)
}

func newManifest(f Format, o Options) *Manifest {
	m := &Manifest{
		Schema: ManifestSchema, Format: f.Name, Follows: f.Schema, Readout: o.Version, Revision: o.Revision, AsOf: o.AsOf, Base: o.Base,
		Filters: params(o), Counts: map[string]int{}, LeftOut: []LeftOut{}, Files: []File{},
	}
	if !o.Made.IsZero() {
		m.Made = o.Made.UTC().Format(time.RFC3339)
	}
	return m
}
