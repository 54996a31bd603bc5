// Server addresses as users write them.
package config

import (
	"errors"
	"strconv"
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
		if _, at := userinfo(u); at < 0 && strings.Contains(u, "@") {
			return "", errors.New("url: what stands before the @ is no user and password: escape /, ? and # in it") // not shown: it may be a secret
		}
		return "", errors.New(strings.ReplaceAll(err.Error(), strconv.Quote(u), strconv.Quote(RedactURL(u))))
	}
	return u, nil
}
