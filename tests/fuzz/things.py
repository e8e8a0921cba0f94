"""Writes the generator's configuration: whose token it sends, and ids of what that person can see, so that it gets past the first 404.

things.py ADDRESS TOKEN OFFICERS_TOKEN
"""

import json
import sys
import urllib.error
import urllib.request

address, token, officer = sys.argv[1:]
ROOT = f"{address}/v1/tenants/cesena"


def get(url, bearer=token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {bearer}", "Accept-Language": "en"})
    try:
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)
    except urllib.error.HTTPError:
        return {"items": []}


def first(url, member="id", bearer=token):
    items = get(url, bearer)["items"]
    return items[0][member] if items else None


case = first(f"{ROOT}/cases") or first(f"{ROOT}/inbox") or first(f"{ROOT}/inbox", bearer=officer)
ids = {
    "path.tenant": "cesena",
    "path.service": "pink-badge",
    "path.code": "not_found",
    "path.case": case,
    "path.document": first(f"{ROOT}/cases/{case}/documents"),
    "path.assignment": first(f"{ROOT}/assignments"),
    "path.filter": first(f"{ROOT}/inbox/filters"),
    "path.number": first(f"{ROOT}/register/entries", "number"),
}
print(f'headers = {{ Authorization = "Bearer {token}" }}')
# A null character is refused in every text, which a schema cannot say.
print("[generation]\nallow-x00 = false")
print("[parameters]")
for name, value in ids.items():
    if value is not None:
        print(f"{json.dumps(name)} = {json.dumps(value)}")
# What is well-formed and cannot be done is 422, what comes too late or too early 409, 412 and 428: the description says so of each.
print("[checks]")
LATER = "401, 403, 404, 406, 409, 412, 413, 415, 422, 428, 429"
print(f'positive_data_acceptance.expected-statuses = ["2xx", "3xx", {LATER}]')
print(f"negative_data_rejection.expected-statuses = [400, {LATER}]")
print(f"missing_required_header.expected-statuses = [400, {LATER}]")
