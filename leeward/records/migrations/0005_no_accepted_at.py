from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_texts'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='text',
            name='accepted_at',
        ),
    ]
