//! Content codings of replies that are rendered once and kept (RFC 9110 section 12.5.3). Everything else is compressed on its way
//! out, by the middleware; it leaves alone what has a coding.

use std::io::Write;

use actix_web::{
    HttpRequest,
    http::header::{self, AcceptEncoding, Encoding, Header},
};

/// How the bytes of a reply are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Coding {
    /// Not at all.
    Identity,
    /// Brotli (RFC 7932).
    Brotli,
    /// gzip (RFC 1952).
    Gzip,
}

const OFFERED: [Encoding; 3] = [Encoding::identity(), Encoding::brotli(), Encoding::gzip()];
/// Packed once and sent many times, yet a search that nobody made before is packed for one reader.
const BROTLI: u32 = 5;
/// The window of Brotli, in bits.
const WINDOW: u32 = 20;

impl Coding {
    /// The coding that the reader likes best, as the middleware chooses it; none where it says nothing or takes none of ours.
    pub(crate) fn wanted(request: &HttpRequest) -> Self {
        if !request.headers().contains_key(header::ACCEPT_ENCODING) {
            return Self::Identity;
        }
        let wanted = AcceptEncoding::parse(request).ok().and_then(|accepted| accepted.negotiate(OFFERED.iter()));
        match wanted {
            Some(coding) if coding == Encoding::brotli() => Self::Brotli,
            Some(coding) if coding == Encoding::gzip() => Self::Gzip,
            _ => Self::Identity,
        }
    }

    /// Its name in `Content-Encoding`.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }

    /// Packs bytes; writing to memory cannot fail, and where it did they would leave as they are.
    pub(crate) fn pack(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Identity => None,
            Self::Brotli => {
                let mut packer = brotli::CompressorWriter::new(Vec::new(), 4096, BROTLI, WINDOW);
                packer.write_all(bytes).ok()?;
                Some(packer.into_inner())
            }
            Self::Gzip => {
                let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                packer.write_all(bytes).ok()?;
                packer.finish().ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_readers_favourite_is_chosen() {
        let wanted = |header: &str| Coding::wanted(&TestRequest::default().insert_header(("accept-encoding", header)).to_http_request());
        assert_eq!(Coding::wanted(&TestRequest::default().to_http_request()), Coding::Identity);
        assert_eq!(wanted("gzip, deflate, br, zstd"), Coding::Brotli);
        assert_eq!(wanted("gzip"), Coding::Gzip);
        assert_eq!(wanted("br;q=0.1, gzip;q=0.5"), Coding::Gzip);
        for other in ["identity", "deflate", "zstd", "br;q=0, gzip;q=0", "nonsense;;", ""] {
            assert_eq!(wanted(other), Coding::Identity, "{other}");
        }
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let text = "sportello polifunzionale ".repeat(200);
        let (mut first, mut second) = (String::new(), String::new());
        let packed = Coding::Brotli.pack(text.as_bytes()).unwrap();
        brotli::Decompressor::new(&*packed, 4096).read_to_string(&mut first).unwrap();
        flate2::read::GzDecoder::new(&*Coding::Gzip.pack(text.as_bytes()).unwrap()).read_to_string(&mut second).unwrap();
        assert_eq!((first.as_str(), second.as_str()), (text.as_str(), text.as_str()));
        assert_eq!(Coding::Identity.pack(text.as_bytes()), None);
    }
}
