// Server addresses as users write them.
package config

import (
	"errors"
	"strings"

	"github.com/aiperf-go/aiperf/endpoints"
)

// baseURL checks one --url value; what has no scheme gets http://.
func baseURL(raw string) (string, error) {
	u := raw
	if !strings.Contains(u, "://") {
		u = "http://" + u
	}
	if err := endpoints.ValidateURL(u); err != nil {
		return "", errors.New(strings.ReplaceAll(err.Error(), u, RedactURL(u)))
	}
	return u, nil
}
