"""Lets Rasa read the domain from domain.yml and the files of domain/ together; config.yml names it under `importers`."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from leeward.ops import domain_files


class DomainFolderImporter(RasaFileImporter):
    """Rasa's own file importer, except that a domain file is read with the folder domain/ beside it.

    Rasa's command line takes one domain file or one folder, and its default is domain.yml.
    """

    def __init__(
        self,
        config_file: Optional[str] = None,
        domain_path: Optional[str] = None,
        training_data_paths: Optional[List[str] | str] = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._domain_file = domain_path

    def get_domain(self) -> Domain:
        """The domain of both. Raises InvalidDomain where a file is none; Rasa would go on with an empty domain."""
        if self._domain_file is None:
            return Domain.empty()
        file = Path(self._domain_file)
        return Domain.load([str(path) for path in domain_files.files(file.parent)])
