//! The origin of a request: address, trace and web page.

use std::net::IpAddr;

use domain::RequestSource;
use poem::{Request, RequestBody, Result, http::header};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

/// The address of the client, taken from trusted proxies where there are any.
pub(crate) fn address(request: &Request) -> Option<IpAddr> {
    request.remote_addr().as_socket_addr().map(|peer| peer.ip().to_canonical())
}

/// The source of a request, for the audit record.
pub(crate) fn source(request: &Request) -> RequestSource {
    let trace = request.header("traceparent").and_then(trace).map(str::to_owned);
    RequestSource { address: address(request), trace }
}

/// The source of the request, as an extractor.
#[derive(Debug)]
pub(crate) struct Caller(pub(crate) RequestSource);

impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::PoemExtractor];

    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(source(request)))
    }
}

/// The web page whose script sends the request: the `Origin` header of its browser (Fetch §3.1).
#[derive(Debug)]
pub(crate) struct Page(pub(crate) Option<String>);

impl<'a> ApiExtractor<'a> for Page {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::PoemExtractor];

    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let origin = request.headers().get(header::ORIGIN);
        Ok(Self(origin.map(|origin| String::from_utf8_lossy(origin.as_bytes()).into_owned())))
    }
}

/// The trace identifier in a `traceparent` header (W3C Trace Context §3.2.2). An invalid header
/// must be ignored.
fn trace(header: &str) -> Option<&str> {
    let lower_hex = |field: &str, length: usize| {
        field.len() == length && field.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
    };
    let some = |field: &str| field.bytes().any(|c| c != b'0');
    let mut fields = header.split('-');
    let (version, trace) = (fields.next()?, fields.next()?);
    let (parent, flags) = (fields.next()?, fields.next()?);
    let known = lower_hex(version, 2) && version != "ff";
    // Version 00 has just these four fields; a later one may have more.
    let complete = version != "00" || fields.next().is_none();
    let lawful = lower_hex(trace, 32) && lower_hex(parent, 16) && lower_hex(flags, 2);
    (known && complete && lawful && some(trace) && some(parent)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::trace;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn only_a_valid_header_names_a_trace() {
        let good = format!("00-{TRACE}-00f067aa0ba902b7-01");
        assert_eq!(trace(&good), Some(TRACE));
        assert_eq!(trace(&format!("01{}-more", &good[2..])), Some(TRACE));
        let bad = [
            String::new(),
            "00".to_owned(),
            good.to_uppercase(),
            good.replace(TRACE, &"0".repeat(32)),
            good.replace("00f067aa0ba902b7", &"0".repeat(16)),
            good.replace("00-", "ff-"),
            format!("{good}-more"),
            good.replace(TRACE, &TRACE[1..]),
            good.replace(TRACE, "<script>alert(1)</script>-------"),
        ];
        for header in bad {
            assert_eq!(trace(&header), None, "{header}");
        }
    }
}
