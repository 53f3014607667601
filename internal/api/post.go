package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/wire"
)

// maxIntake is how many reports one request may bring.
const maxIntake = limits.RequestFiles

// take takes reports in: as JSON (wire.Intake) or as a form with files and the
// fields of one report.
func (a *API) take(o operation, w http.ResponseWriter, r *http.Request) error {
	if err := a.src.Room(); err != nil {
		return err
	}
	var in wire.Intake
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && media == mediaJSON:
		in, err = bodyJSON[wire.Intake](r.Body, `{"reports":[{"text":"…","outlet":"…","published":"2031-03-14","url":"https://…","title":"…"}]}`)
	case err == nil && media == "multipart/form-data":
		in, err = intakeForm(r)
	default:
		return problem(http.StatusUnsupportedMediaType, "a body of type "+strconv.Quote(clip(r.Header.Get("Content-Type")))+" is not taken", "Send application/json, or multipart/form-data with files.")
	}
	if err != nil {
		return err
	}
	captures, refused, err := a.captures(r, in)
	if err != nil {
		return err
	}
	j := a.src.Read(captures, refused)
	w.Header().Set("Location", Base+"/jobs/"+j.ID)
	w.Header().Set("Cache-Control", "no-store")
	return a.send(w, http.StatusAccepted, answer.From(a.src.Now()).Job(j))
}

// job tells how far a reading is.
func (a *API) job(o operation, w http.ResponseWriter, r *http.Request) error {
	j := a.src.Job(r.PathValue("id"))
	if j == nil {
		return problem(http.StatusNotFound, "there is no job "+clip(r.PathValue("id")), "Jobs are remembered while the program runs, the last hundred; what they read is in the record.")
	}
	w.Header().Set("Cache-Control", "no-store")
	return a.send(w, http.StatusOK, answer.From(a.src.Now()).Job(j))
}

// maxDraft is the longest draft that is checked, in bytes.
const maxDraft = limits.DraftAPI

// check compares a draft with the record.
func (a *API) check(o operation, w http.ResponseWriter, r *http.Request) error {
	c, err := a.read(o, w, r)
	if err != nil {
		return err
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != mediaJSON {
		return problem(http.StatusUnsupportedMediaType, "a body of type "+strconv.Quote(clip(r.Header.Get("Content-Type")))+" is not taken", "Send application/json.")
	}
	in, err := bodyJSON[wire.Draft](r.Body, `{"text":"…","date":"2031-03-14"}`)
	switch {
	case err != nil:
		return err
	case strings.TrimSpace(in.Text) == "":
		return problem(http.StatusBadRequest, "the draft has no text", "Give it as text.", wire.Fault{Location: "body.text", Message: "empty"})
	case len(in.Text) > maxDraft:
		return problem(http.StatusRequestEntityTooLarge, fmt.Sprintf("the draft has %d KB, the limit is %d KB", len(in.Text)>>10, maxDraft>>10), "Check it in parts.")
	case in.Date != "" && !query.IsDay(in.Date):
		return problem(http.StatusBadRequest, "the date is no day", "Give a day, month or year such as 2031-03-14, 2031-03 or 2031, or leave it out.", wire.Fault{Location: "body.date", Message: strconv.Quote(clip(in.Date))})
	}
	select {
	case a.drafts <- struct{}{}:
		defer func() { <-a.drafts }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	doc, err := a.src.Draft(in.Text, in.Date)
	if err != nil {
		return err
	}
	if doc.Report.Skip != "" {
		return problem(http.StatusUnprocessableEntity, "the draft was not compared: "+doc.Report.Skip, "Send running text of a kind that is read.")
	}
	x, err := a.checker.For(c.snap.View)
	if err != nil {
		return err
	}
	res, err := x.Check(doc)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return a.send(w, http.StatusOK, x.JSON(res))
}

// bodyJSON reads one JSON value; a field that T does not have is refused, for
// what it says would be lost. like shows what to send.
func bodyJSON[T any](body io.Reader, like string) (in T, err error) {
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err = dec.Decode(&in); err == nil && dec.More() {
		err = errors.New("more than one JSON value")
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return in, err
	}
	if err != nil {
		return in, problem(http.StatusBadRequest, "the body is not what this operation takes: "+strings.TrimPrefix(err.Error(), "json: "), "Send "+like+".")
	}
	return in, nil
}

// intakeForm reads the files of a form, and the fields text, outlet, published,
// url and title; the fields go for every report.
func intakeForm(r *http.Request) (in wire.Intake, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return in, problem(http.StatusBadRequest, "the form cannot be read: "+err.Error(), "Send multipart/form-data as browsers and curl -F do.")
	}
	fields := map[string]string{}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var b []byte
		if err == nil {
			b, err = io.ReadAll(p)
		}
		if err != nil {
			var big *http.MaxBytesError
			if errors.As(err, &big) {
				return in, err
			}
			return in, problem(http.StatusBadRequest, "the form cannot be read: "+err.Error(), "Send multipart/form-data as browsers and curl -F do; nothing was stored.")
		}
		if isFile(p) {
			in.Reports = append(in.Reports, wire.IntakeReport{Name: p.FileName(), Text: string(b)})
			continue
		}
		fields[p.FormName()] = string(b)
	}
	if t := fields["text"]; strings.TrimSpace(t) != "" {
		in.Reports = append(in.Reports, wire.IntakeReport{Text: t})
	}
	for i := range in.Reports {
		x := &in.Reports[i]
		x.Outlet, x.Published, x.URL, x.Title = fields["outlet"], fields["published"], fields["url"], fields["title"]
	}
	return in, nil
}

func isFile(p *multipart.Part) bool { return p.FileName() != "" }

// captures are the bodies of what was sent, and what of it cannot be a report.
func (a *API) captures(r *http.Request, in wire.Intake) (captures []readout.Capture, refused []readout.Refusal, err error) {
	if len(in.Reports) == 0 {
		return nil, nil, problem(http.StatusBadRequest, "no report was sent", "Give at least one, with its text.")
	}
	if len(in.Reports) > maxIntake {
		return nil, nil, problem(http.StatusRequestEntityTooLarge, fmt.Sprintf("%d reports at once", len(in.Reports)), fmt.Sprintf("Send at most %d; nothing was stored.", maxIntake))
	}
	names := map[string]bool{}
	for i, x := range in.Reports {
		if x.URL != "" {
			if u, err := url.Parse(x.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				at := "body.reports[" + strconv.Itoa(i) + "].url"
				return nil, nil, problem(http.StatusBadRequest, "a report has an address that is none of the web", "Give an http or https address, or leave it out; nothing was stored.", wire.Fault{Location: at, Message: strconv.Quote(clip(x.URL))})
			}
		}
		var side *readout.Sidecar
		if s := (readout.Sidecar{Outlet: x.Outlet, Published: x.Published, URL: x.URL, Title: x.Title}); s != (readout.Sidecar{}) {
			side = &s
		}
		for c, f := range ingest.Body(r.Context(), ingest.SentName(x.Name, names), []byte(x.Text), side, a.opts.Inputs) {
			if f != nil {
				refused = append(refused, *f)
				continue
			}
			captures = append(captures, c)
		}
	}
	return captures, refused, r.Context().Err()
}

// formSchema describes the form that take reads.
func formSchema() *huma.Schema {
	field := func(doc string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: doc} }
	return &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"file":      {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}, Description: "Reports as files: .txt, .md, .html, .jsonl, .json."},
		"text":      field("A report as text."),
		"outlet":    field("Who published them."),
		"published": field("When: RFC 3339 or a beginning of it, 2031-03-14."),
		"url":       field("Where: http or https."),
		"title":     field("Headline."),
	}}
}
