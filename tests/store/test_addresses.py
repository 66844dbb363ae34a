"""Where a mirror may lie."""

import pytest

from guanai.store.addresses import OutsideAddress, UnusableAddress, host_of, require_inside


@pytest.mark.parametrize(
    "address",
    [
        "/mnt/disk2/school.git",
        "../school.git",
        "mirror.git",
        "file:///mnt/disk2/school.git",
        r"D:\镜像\school.git",
        "D:/mirror/school.git",
        "ssh://git@192.168.1.9:2222/school.git",
        "git@10.1.2.3:school.git",
        "git@localhost:school.git",
        "ssh://[fd00::5]/school.git",
        "git@[::1]:school.git",
        "https://172.31.0.8/school.git",
        "ssh://[::ffff:192.168.1.9]/school.git",
    ],
)
def test_a_place_within_the_school_needs_no_permission(address: str) -> None:
    require_inside(address, ())


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://example.com/school.git", "example.com"),
        ("git@example.com:school.git", "example.com"),
        ("example.com:school.git", "example.com"),
        ("ssh://git@Backup.School.LAN/x.git", "backup.school.lan"),
        ("https://192.168.1.9@example.com/x.git", "example.com"),
        ("https://192.168.1.9.example.com/x.git", "192.168.1.9.example.com"),
        ("ssh://8.8.8.8/x.git", "8.8.8.8"),
        ("ssh://172.32.0.1/x.git", "172.32.0.1"),
        ("ssh://100.64.0.1/x.git", "100.64.0.1"),
        ("ssh://2130706433/x.git", "2130706433"),
        ("ssh://[2001:db8::1]/x.git", "2001:db8::1"),
        ("ssh://[::ffff:8.8.8.8]/x.git", "::ffff:8.8.8.8"),
        ("file://nas/share/x.git", "nas"),
        (r"\\nas\share\x.git", "nas"),
    ],
)
def test_a_host_outside_or_merely_named_is_refused_unless_the_administrator_names_it(
    address: str, host: str
) -> None:
    assert host_of(address) == host
    with pytest.raises(OutsideAddress, match="不在学校的网络里"):
        require_inside(address, ("other.example",))
    require_inside(address, (host.upper(),))


@pytest.mark.parametrize(
    "address",
    ["", "-oProxyCommand=x", "ext::sh -c x", "fd::7", "ftp://10.0.0.1/x", "ssh://-x/y", "http://", "a\nb:c"],
)
def test_an_address_that_runs_a_program_is_refused_always(address: str) -> None:
    with pytest.raises(UnusableAddress):
        require_inside(address, ("",))
