import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import {
  type DigestAlgorithm,
  DigestClient,
  digestResponse,
  parseDigestChallenges,
  SipHeaders,
  type SipRequest,
  type SipResponse,
} from "../../src/sip/mod.ts";
import { parseDigestParams } from "../../src/sip/digest_challenge.ts";
import { rows } from "../support/rows.ts";

const NO_BODY = new Uint8Array(0);

// RFC 7616 section 3.9.1.
const RFC_7616 = {
  username: "Mufasa",
  password: "Circle of Life",
  realm: "http-auth@example.org",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  qop: "auth",
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  nc: "00000001",
  method: "GET",
  uri: "/dir/index.html",
  body: NO_BODY,
} as const;

// RFC 2617 section 3.5.
const RFC_2617 = {
  ...RFC_7616,
  password: "Circle Of Life",
  realm: "testrealm@host.com",
  nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
  cnonce: "0a4f113b",
} as const;

describe("digestResponse", () => {
  test.each<[source: string, input: typeof RFC_7616 | typeof RFC_2617, DigestAlgorithm, string]>([
    ["RFC 2617", RFC_2617, "MD5", "6629fae49393a05397450978507c4ef1"],
    ["RFC 7616", RFC_7616, "MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    [
      "RFC 7616",
      RFC_7616,
      "SHA-256",
      "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    ],
  ])("gives the example of %s", (_source, input, algorithm, expected) => {
    expect(digestResponse({ ...input, algorithm })).toBe(expected);
  });

  // There are no vectors for these: the expected values were made with md5sum from the formulas.
  test("knows RFC 2069, sessions and bodies", () => {
    const input = { ...RFC_2617, algorithm: "MD5" } as const;
    expect(digestResponse({ ...input, qop: undefined })).toBe("670fd8c2df070c60b045671b8b24ff02");
    expect(digestResponse({ ...input, algorithm: "MD5-sess" })).toBe(
      "8e3825c57e897f5a0dec6c2d4e5059d0",
    );
    const body = new TextEncoder().encode("v=0\r\n");
    expect(digestResponse({ ...input, qop: "auth-int", body })).toBe(
      "151b6cabb7e59e0ac757207a039ff3d0",
    );
  });
});

describe("parseDigestChallenges", () => {
  test("reads all that a challenge can say", () => {
    const line = 'Digest realm="a, \\"b\\"", domain="sip:x", nonce="n=", opaque="", ' +
      'stale=TRUE, algorithm=sha-256, qop="auth,auth-int", x=y';
    expect(parseDigestChallenges([line])).toEqual([{
      realm: 'a, "b"',
      nonce: "n=",
      opaque: "",
      stale: true,
      algorithm: "SHA-256",
      namesAlgorithm: true,
      qop: ["auth", "auth-int"],
    }]);
  });

  test("finds several in one line and in several", () => {
    const lines = [
      'Basic realm="a", Digest realm="b", nonce="1",Digest realm="c" ,nonce="2"',
      'digest nonce="3", realm=d',
    ];
    expect(parseDigestChallenges(lines).map(({ realm }) => realm)).toEqual(["b", "c", "d"]);
  });

  test.each(rows(
    "",
    "Digest",
    'Digest realm="a"',
    'Digest nonce="a"',
    'Digest realm="a", nonce="b',
    'Digest realm="a", nonce="b", algorithm=SHA-1',
    'Digest realm="a", nonce="b", qop="auth-conf"',
    'Basic realm="a", nonce="b"',
    '=, Digest realm="a", nonce="b"',
    "NoOneKnowsThisScheme opaque-data=here",
  ))("leaves out %j", (line) => {
    expect(parseDigestChallenges([line])).toEqual([]);
  });
});

describe("DigestClient", () => {
  const credentials = { username: "bob", password: "zanzibar", realm: "biloxi.com" };

  function request(headers = new SipHeaders()): SipRequest {
    return { method: "REGISTER", uri: "sip:biloxi.com", headers, body: NO_BODY };
  }

  function challenge(text: string, status: 401 | 407 = 401): SipResponse {
    const name = status === 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    const headers = new SipHeaders([[name, `Digest realm="biloxi.com", ${text}`]]);
    return { status, reason: "Unauthorized", headers, body: NO_BODY };
  }

  function client(): DigestClient {
    return new DigestClient(credentials, new SeededRandom(1));
  }

  test("answers with what the server can check", () => {
    const answer = client().answer(
      challenge('nonce="dcd9", opaque="5ccc", algorithm=MD5, qop="auth"'),
      request(),
    );
    expect(answer?.name).toBe("Authorization");
    const params = parseDigestParams(answer!.value);
    const { cnonce, response } = Object.fromEntries(params);
    expect(Object.fromEntries(params)).toEqual({
      username: "bob",
      realm: "biloxi.com",
      nonce: "dcd9",
      uri: "sip:biloxi.com",
      algorithm: "MD5",
      opaque: "5ccc",
      qop: "auth",
      nc: "00000001",
      cnonce,
      response,
    });
    const input = { ...credentials, ...request(), nonce: "dcd9", nc: "00000001", cnonce };
    expect(response).toBe(digestResponse({ ...input, qop: "auth", algorithm: "MD5" }));
    // The numbers a server compares must not stand in quotes, RFC 7616 section 3.4.
    expect(answer?.value).toContain(", qop=auth, nc=00000001");
    expect(answer?.value).toContain("algorithm=MD5,");
  });

  test("answers a proxy in its own field", () => {
    expect(client().answer(challenge('nonce="1"', 407), request())?.name).toBe(
      "Proxy-Authorization",
    );
  });

  test("names neither an algorithm nor a count that the server did not", () => {
    const answer = client().answer(challenge('nonce="1"'), request());
    expect([...parseDigestParams(answer!.value).keys()]).toEqual(
      ["username", "realm", "nonce", "uri", "response"],
    );
  });

  test("takes the first challenge it can answer", () => {
    const headers = new SipHeaders([
      [
        "WWW-Authenticate",
        'Digest realm="biloxi.com", nonce="1", algorithm=SHA-512-256, qop="auth"',
      ],
      ["WWW-Authenticate", 'Digest realm="biloxi.com", nonce="2", algorithm=SHA-256, qop="auth"'],
      ["WWW-Authenticate", 'Digest realm="biloxi.com", nonce="3", algorithm=MD5, qop="auth"'],
    ]);
    const answer = client().answer({ ...challenge(""), headers }, request());
    expect(parseDigestParams(answer!.value).get("nonce")).toBe("2");
  });

  test.each(rows("evil.com", "Biloxi.com", "biloxi.com.evil.com", ""))(
    "never answers the realm %j",
    (realm) => {
      const headers = new SipHeaders([["WWW-Authenticate", `Digest realm="${realm}", nonce="1"`]]);
      expect(client().answer({ ...challenge(""), headers }, request())).toBeUndefined();
    },
  );

  test("gives up when the fresh answer was refused: the password is wrong", () => {
    const one = client();
    const answer = one.answer(challenge('nonce="1", qop="auth"'), request())!;
    const repeated = request(new SipHeaders([[answer.name, answer.value]]));
    expect(one.answer(challenge('nonce="2", qop="auth"'), repeated)).toBeUndefined();
  });

  test("counts the uses of a nonce, and takes a new one when it grew old", () => {
    const one = client();
    one.answer(challenge('nonce="1", qop="auth"'), request());
    const again = one.authorize(request())!;
    expect(parseDigestParams(again.value).get("nc")).toBe("00000002");
    const refused = request(new SipHeaders([[again.name, again.value]]));
    const fresh = one.answer(challenge('nonce="2", qop="auth"'), refused)!;
    const params = parseDigestParams(fresh.value);
    expect([params.get("nonce"), params.get("nc")]).toEqual(["2", "00000001"]);
  });

  test("believes a server once that the nonce was stale, not for ever", () => {
    const one = client();
    let sent = one.answer(challenge('nonce="1"'), request())!;
    sent = one.answer(
      challenge('nonce="2", stale=true'),
      request(new SipHeaders([[sent.name, sent.value]])),
    )!;
    expect(parseDigestParams(sent.value).get("nonce")).toBe("2");
    const third = request(new SipHeaders([[sent.name, sent.value]]));
    expect(one.answer(challenge('nonce="3", stale=true'), third)).toBeUndefined();
  });

  test("has nothing to say before it was asked", () => {
    expect(client().authorize(request())).toBeUndefined();
  });

  test("never uses a cnonce twice", () => {
    const one = client();
    one.answer(challenge('nonce="1", qop="auth"'), request());
    const cnonces = Array.from({ length: 100 }, () => {
      return parseDigestParams(one.authorize(request())!.value).get("cnonce");
    });
    expect(new Set(cnonces).size).toBe(100);
  });
});
