package mcp

import (
	"context"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// reportScheme begins the address of a report's text.
const reportScheme = "readout://report/"

func reportURI(id string) string { return reportScheme + id }

// addResources adds the texts of reports. The text goes out byte for byte, so
// that the places of passages hold in it.
func (s *Server) addResources() {
	s.sdk.AddResourceTemplate(&sdk.ResourceTemplate{
		Name: "report", Title: "Text of a report", URITemplate: reportScheme + "{id}", MIMEType: "text/plain; charset=utf-8",
		Description: "The text of a report as it was read, byte for byte: byte_start and byte_end of passages count in it. " + Untrusted,
	}, s.report)
}

func (s *Server) report(_ context.Context, req *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	uri := req.Params.URI
	id, ok := strings.CutPrefix(uri, reportScheme)
	snap := s.src.Now()
	r := snap.Report(id)
	if !ok || r == nil {
		return nil, sdk.ResourceNotFoundError(uri)
	}
	return &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{{
		URI: uri, MIMEType: "text/plain; charset=utf-8", Text: r.Text,
		Meta: sdk.Meta{
			"readout/notice": Untrusted, "readout/sha256": r.SHA256, "readout/title": r.Title, "readout/outlet": snap.OutletName(id),
			"readout/published": r.Published.Value, "readout/path": "/d/" + id,
		},
	}}}, nil
}
