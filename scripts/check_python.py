"""Says in a sentence why this Python cannot carry Fengni. Written so that older versions can read it too."""

import sys

WANTED = (3, 11)


def complaint(version, has_ensurepip):
    """The sentence in Chinese and English, or an empty string when all is well."""
    if tuple(version[:2]) < WANTED:
        found = ".".join(str(part) for part in version[:2])
        return (
            f"这里的 Python 是 {found},封泥需要 3.11 或更高版本。"
            "请安装新版本,再用 make PYTHON=python3.12 run 这样的写法指定它。\n"
            f"This is Python {found}; Fengni needs 3.11 or later. "
            "Install a newer one and name it, as in: make PYTHON=python3.12 run"
        )
    if not has_ensurepip:
        return (
            "这里的 Python 不能建立虚拟环境。请先运行 apt-get install python3-venv。\n"
            "This Python cannot make virtual environments. Run apt-get install python3-venv first."
        )
    return ""


def main():
    """Exit with 1 and the sentence, or with 0."""
    try:
        import ensurepip  # noqa: F401

        has_ensurepip = True
    except ImportError:
        has_ensurepip = False
    said = complaint(sys.version_info, has_ensurepip)
    if said:
        sys.stderr.buffer.write((said + "\n").encode("utf-8"))
        sys.exit(1)


if __name__ == "__main__":
    main()
